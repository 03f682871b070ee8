package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The BOM has no parent, so that importing it brings nothing else; it must say the same as the parent. */
class BomTest {
    private static final Set<String> NOT_FOR_USERS = Set.of("org.junit", "org.assertj", "com.tngtech.archunit");

    @Test
    void theBomAlignsWhatTheParentAligns() throws Exception {
        Document parent = read(Checkout.root().resolve("pom.xml"));
        Document bom = read(Checkout.root().resolve("bom/pom.xml"));
        Map<String, String> managed = managed(parent);
        managed.keySet().removeIf(k -> NOT_FOR_USERS.contains(k.substring(0, k.indexOf(':'))) || k.startsWith("org.praxino:praxino-app"));
        assertThat(managed(bom)).isEqualTo(managed);
        Map<String, String> properties = properties(parent);
        assertThat(properties(bom)).allSatisfy((name, value) -> assertThat(properties).containsEntry(name, value));
        assertThat(text((Element) bom.getElementsByTagName("project").item(0), "version"))
                .isEqualTo(text((Element) parent.getElementsByTagName("project").item(0), "version"));
    }

    private static Document read(Path pom) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(pom.toFile());
    }

    /** Versions by group, artifact and classifier, with the exclusions. */
    private static Map<String, String> managed(Document pom) {
        var management = (Element) pom.getElementsByTagName("dependencyManagement").item(0);
        var found = new TreeMap<String, String>();
        elements(management.getElementsByTagName("dependency")).forEach(d -> {
            String exclusions = elements(d.getElementsByTagName("exclusion")).map(e -> text(e, "artifactId")).toList().toString();
            found.put(text(d, "groupId") + ":" + text(d, "artifactId") + ":" + text(d, "classifier"), text(d, "version") + exclusions);
        });
        return found;
    }

    private static Map<String, String> properties(Document pom) {
        var found = new TreeMap<String, String>();
        NodeList children = pom.getElementsByTagName("properties").item(0).getChildNodes();
        elements(children).forEach(e -> found.put(e.getTagName(), e.getTextContent()));
        return found;
    }

    private static java.util.stream.Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(n -> n.getNodeType() == Node.ELEMENT_NODE).map(Element.class::cast);
    }

    /** The text of a direct child, or an empty text. */
    private static String text(Element element, String child) {
        return elements(element.getChildNodes()).filter(e -> e.getTagName().equals(child)).map(Node::getTextContent).findFirst().orElse("");
    }
}

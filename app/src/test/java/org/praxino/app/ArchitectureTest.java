package org.praxino.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which room may see which (docs/architecture.md), held against the classes as built. */
class ArchitectureTest {
    /** The rooms, each with those it may touch beside itself. */
    private static final Map<String, Set<String>> MAY_TOUCH = Map.of(
            "tensor", Set.of(),
            "io", Set.of("tensor"),
            "media", Set.of("tensor"),
            "models", Set.of("io", "tensor"),
            "stream", Set.of("models", "media", "io", "tensor"),
            "client", Set.of(),
            "server", Set.of("stream", "models", "media", "io", "tensor"),
            "train", Set.of("stream", "models", "media", "io", "tensor"),
            "app", Set.of("train", "server", "stream", "models", "media", "io", "tensor"));

    /** A module's classes lie in its jar, or in its folder of class files when tests run before packaging. */
    private static final Pattern ROOM = Pattern.compile("/praxino-(\\w+)-[^/]*\\.jar!|/(\\w+)/target/classes/");

    private static JavaClasses house;

    @BeforeAll
    static void read() {
        // The rules look at names only; without this, all of libtorch's bindings would be read as well.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        house = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.praxino");
    }

    @Test
    void everyRoomIsThere() {
        var rooms = new TreeSet<String>();
        house.forEach(c -> rooms.add(room(c)));
        assertThat(rooms).contains("tensor", "io", "media", "models", "stream", "server", "train", "app").isSubsetOf(MAY_TOUCH.keySet());
    }

    /** On a device every such read waits for all work given to it so far (docs/causal.md). What restores a saved state may read. */
    @Test
    void nothingIsReadBackInsideABlock() {
        var reads = Set.of("item", "toFloatArray", "toDoubleArray", "toLongArray", "toByteArray");
        var wrong = new TreeSet<String>();
        for (String name : List.of(
                "stream.BlockRollout", "diffusion.KvCache", "diffusion.Process", "diffusion.Prediction", "condition.Levels", "walt.WaltTransformer",
                "walt.WaltTransformer$Layer", "walt.WaltTransformer$CrossAttention", "walt.PatchEmbedding", "walt.ConditionEmbedding", "walt.RelativeBias",
                "walt.WindowGrid", "wan.WanTransformer", "wan.WanTransformer$Block", "nn.Linear", "nn.Modulation", "nn.RotaryEmbedding",
                "nn.TimestepEmbedding", "tensor.PackedLinear")) {
            JavaClass c = house.get("org.praxino." + name);
            c.getMethodCallsFromSelf().stream()
                    .filter(call -> call.getTargetOwner().getName().equals("org.praxino.tensor.Tensor") && reads.contains(call.getName()))
                    .filter(call -> !call.getOrigin().getName().equals("restore"))
                    .forEach(call -> wrong.add(call.getDescription()));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void importsPointDownTheHouse() {
        var wrong = new TreeMap<String, String>();
        for (JavaClass c : house) {
            for (var d : c.getDirectDependenciesFromSelf()) {
                JavaClass target = d.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith("org.praxino") || target.getSource().isEmpty()) {
                    continue;
                }
                String from = room(c);
                String to = room(target);
                if (!from.equals(to) && !MAY_TOUCH.get(from).contains(to)) {
                    wrong.put(from + " may not see " + to + ": " + c.getName(), d.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void oneRoomSeesLibtorchAndOneSeesFfmpeg() {
        noClasses().that().resideOutsideOfPackage("org.praxino.tensor..").should().dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco.pytorch..", "org.bytedeco.cuda..", "org.bytedeco.openblas..").check(house);
        noClasses().that().resideOutsideOfPackage("org.praxino.media..").should().dependOnClassesThat()
                .resideInAPackage("org.bytedeco.ffmpeg..").check(house);
        noClasses().that().resideOutsideOfPackages("org.praxino.tensor..", "org.praxino.media..").should().dependOnClassesThat()
                .resideInAPackage("org.bytedeco.javacpp..").check(house);
    }

    @Test
    void librariesNeitherLogThroughABackendNorPrintNorExit() {
        noClasses().that().resideOutsideOfPackage("org.praxino.app..").should().dependOnClassesThat()
                .resideInAnyPackage("ch.qos.logback..", "picocli..", "org.apache.logging..", "java.util.logging..").check(house);
        noClasses().that().resideOutsideOfPackage("org.praxino.app..").should(ACCESS_STANDARD_STREAMS).check(house);
        noClasses().that().doNotHaveFullyQualifiedName("org.praxino.app.Main").should().callMethod(System.class, "exit", int.class)
                .check(house);
    }

    @Test
    void packagesDoNotDependOnEachOtherInCircles() {
        slices().matching("org.praxino.(**)").should().beFreeOfCycles().check(house);
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        List<String> bare = house.stream().map(JavaClass::getPackage).distinct()
                .filter(p -> !p.getClasses().isEmpty() && !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName).sorted().toList();
        assertThat(bare).isEmpty();
    }

    private static String room(JavaClass c) {
        String uri = c.getSource().orElseThrow(() -> new IllegalStateException("no source for " + c.getName())).getUri().toString();
        var m = ROOM.matcher(uri);
        assertThat(m.find()).as("a known module for " + uri).isTrue();
        return m.group(1) == null ? m.group(2) : m.group(1);
    }
}

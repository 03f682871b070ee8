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
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the architecture (docs/architecture.md) against the class files. */
class ArchitectureTest {
    /** The modules that each module may depend on. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "tensor", Set.of(),
            "io", Set.of("tensor"),
            "media", Set.of("tensor"),
            "models", Set.of("io", "tensor"),
            "stream", Set.of("models", "media", "io", "tensor"),
            "client", Set.of(),
            "server", Set.of("stream", "models", "media", "io", "tensor"),
            "train", Set.of("stream", "models", "media", "io", "tensor"),
            "app", Set.of("train", "server", "stream", "models", "media", "io", "tensor"));

    /** A module's classes are in its jar, or in its class folder when tests run before packaging. */
    private static final Pattern MODULE = Pattern.compile("/praxino-(\\w+)-[^/]*\\.jar!|/(\\w+)/target/classes/");

    /** Packages whose code runs inside a block of a stream. */
    private static final Set<String> COMPUTING = Set.of("stream", "nn", "diffusion", "codec", "condition", "walt", "wan");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        // The rules look at names only; without this, all of libtorch's bindings would be read as well.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar")) // test classes of other modules
                .importPackages("org.praxino");
    }

    @Test
    void allModulesAreFound() {
        var modules = new TreeSet<String>();
        classes.forEach(c -> modules.add(module(c)));
        assertThat(modules).contains("tensor", "io", "media", "models", "stream", "server", "train", "app").isSubsetOf(ALLOWED.keySet());
    }

    /** On a device every such read waits for all work given to it so far (docs/causal.md). What restores a saved state may read. */
    @Test
    void nothingIsReadBackInsideABlock() {
        var reads = Set.of("item", "toFloatArray", "toDoubleArray", "toLongArray", "toByteArray");
        var wrong = new TreeSet<String>();
        for (JavaClass c : classes) {
            if (!COMPUTING.contains(c.getPackageName().replaceFirst("^org\\.praxino\\.", ""))) {
                continue;
            }
            c.getMethodCallsFromSelf().stream()
                    .filter(call -> call.getTargetOwner().getName().equals("org.praxino.tensor.Tensor") && reads.contains(call.getName()))
                    .filter(call -> !call.getOrigin().getName().equals("restore"))
                    .filter(call -> !call.getOriginOwner().getSimpleName().equals("TextStatistics")) // measured once, before training
                    .forEach(call -> wrong.add(call.getDescription()));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void importsPointDownwards() {
        var wrong = new TreeMap<String, String>();
        for (JavaClass c : classes) {
            for (var d : c.getDirectDependenciesFromSelf()) {
                JavaClass target = d.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith("org.praxino") || target.getSource().isEmpty()) {
                    continue;
                }
                String from = module(c);
                String to = module(target);
                if (!from.equals(to) && !ALLOWED.get(from).contains(to)) {
                    wrong.put(from + " may not depend on " + to + ": " + c.getName(), d.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void onlyTensorUsesLibtorchAndOnlyMediaUsesFfmpeg() {
        noClasses().that().resideOutsideOfPackage("org.praxino.tensor..").should().dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco.pytorch..", "org.bytedeco.cuda..", "org.bytedeco.openblas..").check(classes);
        noClasses().that().resideOutsideOfPackage("org.praxino.media..").should().dependOnClassesThat()
                .resideInAPackage("org.bytedeco.ffmpeg..").check(classes);
        noClasses().that().resideOutsideOfPackages("org.praxino.tensor..", "org.praxino.media..").should().dependOnClassesThat()
                .resideInAPackage("org.bytedeco.javacpp..").check(classes);
    }

    @Test
    void librariesNeitherLogThroughABackendNorPrintNorExit() {
        noClasses().that().resideOutsideOfPackage("org.praxino.app..").should().dependOnClassesThat()
                .resideInAnyPackage("ch.qos.logback..", "picocli..", "org.apache.logging..", "java.util.logging..").check(classes);
        noClasses().that().resideOutsideOfPackage("org.praxino.app..").should(ACCESS_STANDARD_STREAMS).check(classes);
        noClasses().that().doNotHaveFullyQualifiedName("org.praxino.app.Main")
                .and().doNotHaveFullyQualifiedName("org.praxino.app.cli.StopSignal").should().callMethod(System.class, "exit", int.class)
                .check(classes);
    }

    /** A package and its {@code engine} count as one: API and implementation. */
    @Test
    void packagesDoNotDependOnEachOtherInCircles() {
        slices().assignedFrom(new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass c) {
                return SliceIdentifier.of(c.getPackageName().replaceFirst("^org\\.praxino\\.stream\\.engine$", "org.praxino.stream"));
            }

            @Override
            public String getDescription() {
                return "packages of praxino";
            }
        }).should().beFreeOfCycles().check(classes);
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        List<String> bare = classes.stream().map(JavaClass::getPackage).distinct()
                .filter(p -> !p.getClasses().isEmpty() && !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName).sorted().toList();
        assertThat(bare).isEmpty();
    }

    private static String module(JavaClass c) {
        String uri = c.getSource().orElseThrow(() -> new IllegalStateException("no source for " + c.getName())).getUri().toString();
        var m = MODULE.matcher(uri);
        assertThat(m.find()).as("a known module for " + uri).isTrue();
        return m.group(1) == null ? m.group(2) : m.group(1);
    }
}

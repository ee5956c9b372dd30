package dev.reveille.node;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house that a compiler does not know; CONTRIBUTING.md gives the reasons. */
class HouseRulesTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.reveille");

    @Test
    void allModulesAreLookedAt() {
        Set<String> modules = HOUSE.stream()
                .map(room -> room.getPackageName().split("\\.")[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(modules).contains("protocol", "cancellation", "session", "gateway", "node");
    }

    @Test
    void modulesKnowOnlyModulesToTheirLeft() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("protocol")
                .definedBy("dev.reveille.protocol..")
                .layer("cancellation")
                .definedBy("dev.reveille.cancellation..")
                .layer("session")
                .definedBy("dev.reveille.session..")
                .layer("gateway")
                .definedBy("dev.reveille.gateway..")
                .layer("node")
                .definedBy("dev.reveille.node..")
                .whereLayer("node")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("gateway")
                .mayOnlyBeAccessedByLayers("node")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("gateway", "node")
                .whereLayer("cancellation")
                .mayOnlyBeAccessedByLayers("session", "gateway", "node")
                .check(HOUSE);
    }

    @Test
    void theProtocolKnowsNoActorsSocketsOrHttp() {
        noClasses()
                .that()
                .resideInAPackage("dev.reveille.protocol..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "org.apache.pekko.actor..", "org.apache.pekko.http..", "io.netty..", "java.net.."))
                .check(HOUSE);
    }

    @Test
    void sessionAndCancellationKnowNeitherNettyNorHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.reveille.session..", "dev.reveille.cancellation..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.netty..", "org.apache.pekko.http..", "org.apache.pekko.io.."))
                .check(HOUSE);
    }

    @Test
    void theStagesOfASessionDoNotKnowTheActorThatLeadsThroughThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.reveille.session..")
                .and()
                .resideOutsideOfPackage("dev.reveille.session.visit..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.reveille.session.visit.."))
                .check(HOUSE);
    }

    @Test
    void roomsOfAModuleDoNotKnowEachOtherInCircles() {
        slices().matching("dev.reveille.session.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(HOUSE);
        slices().matching("dev.reveille.gateway.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(HOUSE);
        slices().matching("dev.reveille.node.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void noNameSaysNothing() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?")
                .check(HOUSE);
    }

    @Test
    void everyRoomHasADoorSign() {
        // Given
        Set<String> rooms = HOUSE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

        // When
        Set<String> signed = HOUSE.stream()
                .filter(room -> room.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());

        // Then
        assertThat(rooms).isSubsetOf(signed);
    }

    @Test
    void onlyMainTouchesStandardStreams() {
        noClasses()
                .that()
                .areNotAssignableTo(Main.class)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(HOUSE);
    }

    @Test
    void logsAreWrittenThroughSlf4j() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.logging..", "org.apache.logging.."))
                .check(HOUSE);
    }

    @Test
    void nobodySleepsOnAThread() {
        noClasses()
                .should()
                .callMethodWhere(target(name("sleep")).and(target(owner(equivalentTo(Thread.class)))))
                .check(HOUSE);
    }

    @Test
    void nativeTlsComesInOneVersionAndForPlatformsThatWereTried() {
        // When
        Set<String> natives = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(jar -> Path.of(jar).getFileName().toString())
                .filter(jar -> jar.startsWith("netty-tcnative"))
                .map(jar -> jar.replaceFirst("-([0-9.]+)\\.Final", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(natives)
                .containsExactly(
                        "netty-tcnative-boringssl-static-linux-aarch_64.jar",
                        "netty-tcnative-boringssl-static-linux-x86_64.jar",
                        "netty-tcnative-classes.jar");
    }

    @Test
    void valuesOfTheProtocolCannotChange() {
        classes()
                .that()
                .resideInAPackage("dev.reveille.protocol..")
                .and()
                .areRecords()
                .should()
                .haveOnlyFinalFields()
                .check(HOUSE);
    }
}

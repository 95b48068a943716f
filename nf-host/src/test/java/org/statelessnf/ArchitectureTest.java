package org.statelessnf;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.Set;

/**
 * The module graph and the fast path's manners as rules. It stands in this module because only the
 * host sees every other one. A rule may be empty while the package it speaks of is not written yet.
 */
@AnalyzeClasses(packages = "org.statelessnf", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String PROJECT = "org.statelessnf..";
  private static final String[] BACKENDS = {
    "org.statelessnf.store.local..",
    "org.statelessnf.store.redis..",
    "org.statelessnf.store.ignite..",
    "org.statelessnf.store.ramcloud..",
  };
  private static final String[] FAST_PATH = {
    "org.statelessnf.nf.packet..", "org.statelessnf.nf.engine..",
  };
  private static final String NF_CORE = "org.statelessnf.nf..";
  private static final String PACKET_IO = "org.statelessnf.io..";
  private static final String CONFORMANCE = "org.statelessnf.conformance..";
  private static final String HOST = "org.statelessnf.host..";

  /** The store contract: everything below {@code store} that is not a backend. */
  private static final DescribedPredicate<JavaClass> CONTRACT =
      resideInAPackage("org.statelessnf.store..")
          .and(not(resideInAnyPackage(BACKENDS)))
          .as("the store contract");

  private static final DescribedPredicate<JavaClass> THIRD_PARTY_OR_JDK =
      not(resideInAPackage(PROJECT)).as("libraries");

  private static final Set<String> BOXES =
      Set.of(
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Character",
          "java.lang.Double",
          "java.lang.Float",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Short");

  @ArchTest
  static final ArchRule contractStandsOnTheJdkAlone =
      classes()
          .that(CONTRACT)
          .should()
          .onlyDependOnClassesThat(
              CONTRACT.or(resideInAnyPackage("java..", "javax..", "org.jspecify..")));

  @ArchTest
  static final ArchRule localStoreSeesNoOtherBackend = backendSeesOnlyTheContract(BACKENDS[0]);

  @ArchTest
  static final ArchRule redisStoreSeesNoOtherBackend = backendSeesOnlyTheContract(BACKENDS[1]);

  @ArchTest
  static final ArchRule igniteStoreSeesNoOtherBackend = backendSeesOnlyTheContract(BACKENDS[2]);

  @ArchTest
  static final ArchRule ramcloudStoreSeesNoOtherBackend = backendSeesOnlyTheContract(BACKENDS[3]);

  @ArchTest static final ArchRule nfCoreSeesNoBackend = inward(NF_CORE, CONTRACT);

  @ArchTest
  static final ArchRule packetIoSeesOnlyNfCore =
      inward(PACKET_IO, CONTRACT.or(resideInAPackage(NF_CORE)));

  @ArchTest static final ArchRule conformanceKitSeesOnlyTheContract = inward(CONFORMANCE, CONTRACT);

  @ArchTest
  static final ArchRule downcallsOnlyInTheDpdkPort =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.statelessnf.io.dpdk..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Linker.class, SymbolLookup.class, FunctionDescriptor.class);

  @ArchTest
  static final ArchRule fastPathHasNoStreamsLoggingOrLocks =
      noClasses()
          .that()
          .resideInAnyPackage(FAST_PATH)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.stream..",
              "java.util.logging..",
              "java.util.concurrent.locks..",
              "org.slf4j..")
          .because("a pipe thread neither waits nor allocates per packet");

  /** Unboxed everywhere but in {@code toString()}, which is for people. */
  @ArchTest
  static final ArchRule fastPathDoesNotBox =
      noClasses()
          .that()
          .resideInAnyPackage(FAST_PATH)
          .should()
          .callMethodWhere(
              describe(
                  "boxes a primitive",
                  (JavaMethodCall call) ->
                      BOXES.contains(call.getTargetOwner().getName())
                          && call.getName().equals("valueOf")
                          && !call.getOrigin().getName().equals("toString")));

  @ArchTest
  static final ArchRule fastPathHasNoSynchronizedMethods =
      noMethods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(FAST_PATH)
          .should()
          .haveModifier(SYNCHRONIZED);

  @ArchTest
  static final ArchRule onlyTheHostWritesToTheStandardStreams =
      noClasses()
          .that()
          .resideOutsideOfPackage(HOST)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace")
          .because("stdout is data, and a library's caller decides what is said");

  @ArchTest
  static final ArchRule onlyTheHostChoosesLoggingAndCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage(HOST)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ch.qos.logback..", "picocli..");

  private static ArchRule backendSeesOnlyTheContract(String backend) {
    return inward(backend, CONTRACT);
  }

  /** Classes of {@code layer} see themselves, {@code inner} and libraries. */
  private static ArchRule inward(String layer, DescribedPredicate<JavaClass> inner) {
    return classes()
        .that()
        .resideInAPackage(layer)
        .should()
        .onlyDependOnClassesThat(resideInAPackage(layer).or(inner).or(THIRD_PARTY_OR_JDK));
  }
}

#!/usr/bin/env bash
# Runs the fuzz targets, guided by coverage, each for so many seconds: fuzz.sh [SECONDS [PATTERN]]
# PATTERN chooses targets whose Class::method contains it. The corpus grows in .fuzz/corpus; a finding is
# written to .fuzz/findings and is best kept as a test input, see docs/hardening.md.
# Exit code 1 if a target failed.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=build-support/jdk.sh
. "$root/build-support/jdk.sh"
snf_use_jdk fuzz
snf_need_maven fuzz

seconds=${1:-60}
pattern=${2:-}
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "fuzz: '$seconds' is no number of seconds" >&2
  exit 2
fi
modules=(nf-core packet-io)
work=$root/.fuzz
mkdir -p "$work/corpus" "$work/findings"

mvn -B -ntp -q -f "$root/pom.xml" -Dsnf.fast -pl "$(IFS=,; echo "${modules[*]}")" -am \
  test-compile dependency:build-classpath -Dmdep.outputFile="$work/class-path.tmp" \
  -Dmdep.outputAbsoluteArtifactFilename=true </dev/null
# Every module in turn writes the file; the last one depends on the others.
class_path=$(cat "$work/class-path.tmp")

failed=()
for module in "${modules[@]}"; do
  classes=$root/$module/target/test-classes
  path=$classes:$root/$module/target/classes:$class_path
  resources=$root/$module/src/test/resources
  java=("$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -XX:+EnableDynamicAgentLoading -Xmx1g -cp "$path" com.code_intelligence.jazzer.Jazzer)
  mapfile -t targets < <("${java[@]}" --list_fuzz_tests= 2>/dev/null | grep -F "::" | grep -F -- "$pattern" | sort)
  for target in "${targets[@]}"; do
    class=${target%%::*}
    method=${target##*::}
    corpus=$work/corpus/$class/$method
    seeds=$resources/${class//.//}Inputs/$method
    mkdir -p "$corpus" "$seeds"
    echo "fuzz: $class::$method for $seconds s"
    if ! (cd "$work/findings" && "${java[@]}" --target_class="$class" --target_method="$method" \
      --instrumentation_includes='org.statelessnf.**' --max_duration="${seconds}s" \
      -print_final_stats=1 -max_len=1024 "$corpus" "$seeds" >"$work/$class.$method.log" 2>&1); then
      failed+=("$class::$method")
      grep -m1 -A12 'Java Exception' "$work/$class.$method.log" || tail -20 "$work/$class.$method.log"
    fi
    grep -E 'cov: ' "$work/$class.$method.log" | tail -1
    grep -E 'number_of_executed_units' "$work/$class.$method.log" || true
  done
done
if ((${#failed[@]} > 0)); then
  echo "fuzz: FAILED ${failed[*]}"
  exit 1
fi
echo "fuzz: nothing found"

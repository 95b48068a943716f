#!/usr/bin/env bash
# Reformats the sources as ./verify wants them. Arguments go to Maven: "-pl nf-core" for one module.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=build-support/jdk.sh
. "$root/build-support/jdk.sh"
snf_use_jdk format
snf_need_maven format
mvn -B -ntp -q -f "$root/pom.xml" spotless:apply "$@"

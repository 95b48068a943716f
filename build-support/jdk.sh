# Sourced by ./snf and ./verify: finds a JDK of at least SNF_JDK_MINIMUM without being told where.
# Prints nothing to stdout except what a function is for.

SNF_JDK_MINIMUM=25

# The feature version (25, say) of the JDK in directory $1; nothing when it is not a JDK. The
# "release" file is read instead of starting java: a machine may hold a dozen of them.
snf_jdk_version() {
  local line version
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 0
  while IFS= read -r line; do
    if [[ $line == JAVA_VERSION=* ]]; then
      version=${line#JAVA_VERSION=}
      version=${version//\"/}
      version=${version%%[!0-9]*}
      printf '%s' "$version"
      return 0
    fi
  done <"$1/release"
}

# Prints the home of the JDK to use: JAVA_HOME and then the java on the PATH where they are new
# enough, else the lowest sufficient version in the usual directories (the one that was tested
# most). Fails, silently, when there is none.
snf_find_jdk() {
  local home version best='' best_version=0 on_path
  on_path=$(command -v java || true)
  [[ -z $on_path ]] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")

  for home in "${JAVA_HOME:-}" "$on_path"; do
    [[ -n $home ]] || continue
    version=$(snf_jdk_version "$home")
    if [[ -n $version ]] && ((version >= SNF_JDK_MINIMUM)); then
      printf '%s\n' "$home"
      return 0
    fi
  done

  for home in /usr/lib/jvm/* /usr/java/* /usr/local/java/* /opt/* /opt/java/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [[ -d $home ]] || continue
    version=$(snf_jdk_version "$home")
    [[ -n $version ]] || continue
    if ((version >= SNF_JDK_MINIMUM && (best_version == 0 || version < best_version))); then
      best=$home
      best_version=$version
    fi
  done
  [[ -n $best ]] || return 1
  printf '%s\n' "$best"
}

# Exports JAVA_HOME, or ends the script ($1: its name) with one line.
snf_use_jdk() {
  local home
  if ! home=$(snf_find_jdk); then
    echo "$1: no JDK $SNF_JDK_MINIMUM or later found (looked at JAVA_HOME, PATH and the usual" \
      "JVM directories); install one or set JAVA_HOME" >&2
    exit 1
  fi
  export JAVA_HOME=$home
}

snf_need_maven() {
  if ! command -v mvn >/dev/null; then
    echo "$1: mvn not found on the PATH; install Apache Maven 3.8 or later" >&2
    exit 1
  fi
  # Maven's own libraries still touch sun.misc.Unsafe and load native code; nobody here can act
  # on the JVM's warnings about that.
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
}

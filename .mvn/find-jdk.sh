# Finds a JDK 25 on this machine. Sourced by mvnw and billwright; POSIX sh.
#
# Whatever `java` the PATH holds may be older: JAVA_HOME comes first, then PATH, then the places where package managers,
# SDKMAN, IDEs and installers put JDKs, then Maven's toolchains.xml.

is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release"
}

# One candidate a line; a place that does not exist stays a pattern and is refused by is_jdk_25.
jdk_candidates() {
  printf '%s\n' "${JAVA_HOME-}"
  jdk_of_path
  usual_jdk_places
  jdk_of_toolchains
}

usual_jdk_places() {
  for jdk_place in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/* /opt/java/* /opt/jdk/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.jenv/versions/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    printf '%s\n' "$jdk_place"
  done
}

jdk_of_toolchains() {
  [ ! -r "$HOME/.m2/toolchains.xml" ] ||
    sed -n 's:.*<jdkHome>[[:space:]]*\([^<]*[^<[:space:]]\)[[:space:]]*</jdkHome>.*:\1:p' "$HOME/.m2/toolchains.xml"
}

jdk_of_path() {
  jdk_javac="$(command -v javac)" || return 0
  while [ -L "$jdk_javac" ]; do
    jdk_target="$(readlink "$jdk_javac")"
    case "$jdk_target" in
    /*) jdk_javac="$jdk_target" ;;
    *) jdk_javac="${jdk_javac%/*}/$jdk_target" ;;
    esac
  done
  printf '%s\n' "${jdk_javac%/bin/javac}"
}

# Prints the home of a JDK 25, or says on standard error what to install and fails.
find_jdk() {
  jdk_found="$(jdk_candidates | while IFS= read -r jdk_home; do
    if is_jdk_25 "$jdk_home"; then
      printf '%s\n' "$jdk_home"
      break
    fi
  done)"
  if [ -n "$jdk_found" ]; then
    printf '%s\n' "$jdk_found"
    return 0
  fi
  {
    echo "Billwright needs a JDK 25, and there is none in JAVA_HOME, on the PATH, in /usr/lib/jvm, /opt, /Library/Java,"
    echo "~/.sdkman, ~/.jdks or ~/.m2/toolchains.xml. Install one, for example:"
    echo "  sdk install java 25-tem          (SDKMAN, Linux and macOS)"
    echo "  brew install openjdk@25          (macOS)"
    echo "  https://adoptium.net/temurin/releases/?version=25   (packages and archives)"
    echo "or set JAVA_HOME to one that is somewhere else."
  } >&2
  return 1
}

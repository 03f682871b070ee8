# What both launchers share, that of a checkout (./praxino) and that of an archive (bin/praxino). They set $root, $tool and $flavour first.
# Bash 3.2 (macOS) must read it. Flags are explained in docs/stack.md.
# shellcheck shell=bash

need=25                                         # the oldest Java this is built for

# The home folder, by the rule of org.praxino.io.UserFolders: $HOME, else that of the account; where it cannot be written, as for a user id
# without an account in a container, a folder of the user's own beside temporary files.
home=${HOME:-$(unset HOME; cd ~ 2>/dev/null && pwd || true)}
if ! { [ -d "$home" ] && [ -w "$home" ]; }; then
    home=${TMPDIR:-/tmp}
    home=${home%/}/praxino-$(id -u)
    mkdir -m 700 "$home" 2>/dev/null || [ -O "$home" ] || {     # another user may have left code there
        printf 'praxino: the home folder cannot be written, and %s is not yours: set HOME to a folder that can.\n' "$home" >&2
        exit 2
    }
fi
cache=${PRAXINO_CACHE:-${XDG_CACHE_HOME:-$home/.cache}/praxino}

say() { printf 'praxino: %s\n' "$*" >&2; }
die() { say "$1"; exit "${2:-1}"; }

# The machine's platform, as native libraries are named.
platform() {
    case $(uname -s)-$(uname -m) in
        Linux-x86_64) echo linux-x86_64 ;;
        Linux-aarch64) echo linux-arm64 ;;
        Darwin-arm64) echo macosx-arm64 ;;
        *) echo "$(uname -s)-$(uname -m)" ;;
    esac
}

# ---- a JDK ---------------------------------------------------------------------------------------------------------

# Prints the major version of the Java in folder $1, or nothing.
java_major() {
    local v=
    [ -x "$1/bin/java" ] || return 0
    if [ -r "$1/release" ]; then
        v=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1)
    fi
    if [ -z "$v" ]; then
        v=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p' | head -n 1) || v=
    fi
    printf '%s' "$v"
}

# Sets $jdk and answers yes when folder $1 holds a Java that is new enough and has $tool.
try_jdk() {
    local v
    [ -n "${1:-}" ] && [ -x "$1/bin/$tool" ] || return 1
    v=$(java_major "$1")
    [ -n "$v" ] && [ "$v" -ge "$need" ] || return 1
    jdk=$1
}

find_jdk() {
    local d on_path
    try_jdk "${JAVA_HOME:-}" && return 0
    for d in /usr/lib/jvm/* "$home"/.sdkman/candidates/java/current "$home"/.sdkman/candidates/java/* \
             "$home"/.jdks/* /opt/*jdk* /opt/java/* /usr/local/*jdk* /usr/java/*; do
        try_jdk "$d" && return 0
    done
    if [ -x /usr/libexec/java_home ]; then      # macOS
        d=$(/usr/libexec/java_home -v "$need+" 2>/dev/null) && try_jdk "$d" && return 0
    fi
    on_path=$(command -v java || true)
    if [ -n "$on_path" ]; then
        d=$("$on_path" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' | head -n 1) || d=
        try_jdk "$d" && return 0
    fi
    return 1
}

# Native libraries are unpacked there once.
require_cache() {
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || die "the cache folder $cache cannot be written: set PRAXINO_CACHE to a folder that can." 2
}

require_jdk() {
    find_jdk || die "no JDK $need or newer was found: install one (for example Eclipse Temurin $need, https://adoptium.net) or set JAVA_HOME to it." 1
    export JAVA_HOME=$jdk
}

# Sets $flags; docs/stack.md says what each is for.
jvm_flags() {
    flags=(-Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED
           -Djdk.http.auth.tunneling.disabledSchemes=
           -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0
           "-Dorg.bytedeco.javacpp.cachedir=$cache/native" "-Dpraxino.root=$root")
    flags+=("-Duser.home=$home")                # of libraries, too
    if [ "$flavour" = gpu ]; then
        flags+=(-Dorg.bytedeco.javacpp.platform.extension=-gpu -Dorg.bytedeco.javacpp.pathsFirst=true)
    fi
}

# ---- running -------------------------------------------------------------------------------------------------------

# Cores this process may use: the affinity mask, or less where a control group says so.
cores() {
    local n quota period
    n=$(nproc 2>/dev/null || sysctl -n hw.physicalcpu 2>/dev/null || echo 1)
    if [ -r /sys/fs/cgroup/cpu.max ]; then
        read -r quota period < /sys/fs/cgroup/cpu.max || true
        if [ "${quota:-max}" != max ] && [ "${period:-0}" -gt 0 ]; then
            quota=$(((quota + period - 1) / period))
            [ "$quota" -lt "$n" ] && n=$quota
        fi
    fi
    echo "$((n > 0 ? n : 1))"
}

# Sets what native libraries read from the environment. Takes the program's arguments.
prepare_environment() {
    local word previous= most
    most=$(cores)
    # In the C locale Java takes letters beyond ASCII in prompts and file names for question marks.
    if [ "$(locale charmap 2>/dev/null || true)" = ANSI_X3.4-1968 ]; then export LC_ALL=C.UTF-8; fi
    export THP_MEM_ALLOC_ENABLE=${THP_MEM_ALLOC_ENABLE:-1} DJL_OFFLINE=${DJL_OFFLINE:-true}
    for word in "$@"; do                        # --threads must be known before libraries start their threads
        case $previous$word in
            --threads=[1-9]* | --threads[1-9]*) OMP_NUM_THREADS=${word#--threads=} ;;
        esac
        previous=; [ "$word" = --threads ] && previous=$word
    done
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$most}
    case $OMP_NUM_THREADS in *[!0-9]*) ;; *) [ "$OMP_NUM_THREADS" -le "$most" ] || OMP_NUM_THREADS=$most ;; esac
    # OpenBLAS has threads of its own, which get in the way of libtorch's: one product at a time could use them.
    export OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}
    # glibc: keep large blocks instead of fetching fresh, zeroed pages from the kernel for every tensor (docs/memory.md).
    export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1073741824} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296}
    export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-67108864}
}

# Becomes the program. Takes the class path and the program's arguments; $aot may hold flags for a cache of classes.
start() {
    local classpath=$1 word tier
    shift
    require_cache
    jvm_flags
    flags+=(${aot[@]+"${aot[@]}"})
    tier=-XX:TieredStopAtLevel=1                # short, or nearly all in native code: saves a second of compiling
    for word in "$@"; do                        # whole words: a prompt may speak of a train
        case $word in train | data | eval | pull | convert) tier= ;; esac    # much work in Java itself: worth compiling well
    done
    if [ -n "$tier" ]; then flags+=("$tier"); fi
    if [ -t 2 ]; then flags+=(-Dpraxino.terminal=true); fi
    # shellcheck disable=SC2206  # several flags in one variable are meant to be split
    flags+=(${PRAXINO_JVM:-})
    exec "$jdk/bin/java" "${flags[@]}" -cp "$classpath" org.praxino.app.Main "$@"
}

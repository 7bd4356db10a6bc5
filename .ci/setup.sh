#!/bin/sh
# Makes the virtual environment: .ci/setup.sh run (what the app needs) or dev (what tests, benches and pictures need
# besides). PYTHON names the interpreter, VENV the folder. uv does the work where there is one, else venv and pip.
# On Linux it also looks for the system libraries of Qt and for the tools of the tests: as root on Debian it installs
# what is missing, elsewhere it prints the command and goes on. A second time it does nothing, in a moment.
set -u
export UV_PYTHON_DOWNLOADS=never DEBIAN_FRONTEND=noninteractive
cd "$(dirname "$0")/.." || exit 1
what=${1:-run}
python=${PYTHON:-python3}
venv=${VENV:-.venv}
log=build/setup.log
case $what in run | dev) ;; *) echo "usage: $0 run|dev" >&2; exit 2 ;; esac

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') red=$(printf '\033[31m') off=$(printf '\033[0m')
else
    bold='' red='' off=''
fi
say() { printf '%s\n' "${bold}set-up:${off} $*"; }
# The reason first, then one line each of what to do.
fail() {
    printf '%s\n' "${red}${bold}set-up failed:${off} $1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# -- the interpreter ---------------------------------------------------------------------------------------------------

# "3.13t /usr/bin/python3.13t": version and ABI, and the interpreter itself, not an environment that happens to be
# active. -S and -I: quick, and deaf to the environment's PYTHONPATH.
identify() {
    "$1" -I -S -c 'import sys
base = getattr(sys, "_base_executable", None) or sys.executable
print("%d.%d%s %s" % (sys.version_info[:2] + (getattr(sys, "abiflags", ""), base)))' 2>/dev/null
}

newer_pythons() {
    for minor in 14 13 12 11; do
        command -v "python3.$minor" >/dev/null 2>&1 && identify "python3.$minor" >/dev/null && echo "python3.$minor"
    done
}

command -v "$python" >/dev/null 2>&1 || fail "there is no '$python' here." \
    "Install Python 3.11 or newer, or name the one you have:" "  make run PYTHON=/path/to/python3.13"
identity=$(identify "$python") || fail "'$python' does not run as Python 3." \
    "Name another interpreter:  make run PYTHON=python3.13"
version=${identity%% *}
base=${identity#* }
minor=${version#3.}
if [ "${minor%%[!0-9]*}" -lt 11 ]; then
    other=$(newer_pythons | head -n 1)
    fail "Grandstand needs Python 3.11 or newer; '$python' is $version." \
        "Name a newer one:  make run PYTHON=${other:-python3.13}" \
        "${other:+($other is on this machine.)}"
fi

# -- is there anything to do? ------------------------------------------------------------------------------------------

# What an environment was made from and for. By contents, not by dates: a checkout changes all dates. The folder,
# because an environment cannot be moved.
stamp() {
    echo "$version $(pwd -P)"
    if [ "$1" = dev ]; then cat requirements.txt requirements-dev.txt; else cat requirements.txt; fi | cksum
}
# What is installed for dev does for run.
is_made() {
    for purpose in dev "$what"; do
        [ "$(cat "$venv/.made-for-$purpose" 2>/dev/null)" = "$(stamp "$purpose")" ] && [ -x "$venv/bin/python" ] && return
    done
    return 1
}
if is_made && [ ! -e "$venv/.system-lacks" ]; then exit 0; fi

# -- the environment ---------------------------------------------------------------------------------------------------

mkdir -p "$(dirname "$log")" || exit 1
: >"$log"

# Run a command, all its output to the log, and show of it what tells a person that things move.
quietly() {
    echo "+ $*" >>"$log"
    # A loop and not awk: some awks wait for a full buffer, and then nothing moves for minutes.
    { "$@" 2>&1 </dev/null; echo "$?" >"$log.status"; } | tee -a "$log" | while IFS= read -r line; do
        case $line in
        *.metadata*) ;;
        *"Downloading "*.whl*"("* | *"Using cached "*.whl*"("*) # name-1.2-tags.whl (3 MB) -> name 1.2 (3 MB)
            file=${line#*ing }
            file=${file#cached }
            rest=${file#*-}
            echo "  ${file%%-*} ${rest%%-*} (${file##*(}"
            ;;
        "Downloading "*"("*) echo "  ${line#* }" ;;
        "Resolved "* | "Prepared "* | "Installed "* | "Fetched "*) echo "  $line" ;;
        "Installing collected packages"*) echo "  Installing" ;;
        esac
    done
    return "$(cat "$log.status")"
}

# Why the last command failed, in words, from what it wrote.
reason() {
    said=$log.last
    awk '/^\+ / { text = "" } { text = text $0 "\n" } END { printf "%s", text }' "$log" >"$said"
    if grep -qiE 'no space left' "$said"; then
        echo "The disk is full: the environment takes about 600 MB."
    elif grep -qiE 'name resolution|NewConnection|connection (refused|reset|error)|dns error|timed out|unreachable|ProxyError' "$said"; then
        echo "The package index could not be reached: is this machine online? Does it need a proxy (HTTPS_PROXY)?"
    elif grep -qiE 'certificate' "$said"; then
        echo "The package index's certificate was not accepted: does a proxy here sign its own (PIP_CERT, SSL_CERT_FILE)?"
    elif grep -qiE 'no matching distribution|no solution found|no wheels' "$said"; then
        echo "A package has no version for Python $version on this kind of machine: try PYTHON=python3.13, or 3.11."
    else
        echo "The last lines of $log, which has it all:"
        grep -v '^$' "$said" | tail -n 5 | sed 's/^/    /'
    fi
}

. .ci/system.sh

# What the system lacked last time, and nobody but its owner can install, is worth a line every time.
if is_made; then
    check_system "$what"
    exit 0
fi

make_with_uv() {
    uv=$(command -v uv 2>/dev/null) || return 1
    quietly "$uv" venv --quiet --python "$base" "$venv"
}

make_with_venv() {
    if ! "$base" -I -c 'import venv, ensurepip' 2>/dev/null; then
        install_or_tell "making an environment" venv || true
        "$base" -I -c 'import venv, ensurepip' 2>/dev/null ||
            fail "Python's venv module is not there, and it makes the environment." \
                "Install it with the command above, or install uv, and start again."
    fi
    quietly "$base" -m venv "$venv" || fail "could not make the environment $venv." "$(reason)"
}

make_environment() {
    if [ -e "$venv/pyvenv.cfg" ]; then
        say "removing $venv: it was made with another Python, or in another folder"
        rm -rf "$venv"
    elif [ -d "$venv" ] && [ -n "$(ls -A "$venv")" ]; then
        fail "$venv is there and is not a virtual environment; it will not be overwritten." \
            "Name another folder:  make run VENV=.venv-grandstand"
    fi
    say "making $venv with Python $version"
    make_with_uv || { rm -rf "$venv"; make_with_venv; }
}

install_packages() {
    if uv=$(command -v uv 2>/dev/null); then
        quietly "$uv" pip install --python "$venv/bin/python" -r "$1" && return
        # uv does not read pip's settings (an index of one's own, a certificate): pip may get through where uv did not.
        say "uv could not install the packages; trying pip"
    fi
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || quietly "$venv/bin/python" -m ensurepip
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off -r "$1"
}

# An environment made by hand says nothing of itself: then its Python's version decides.
fits() {
    made_with=$(cat "$venv/.made-with" 2>/dev/null) || made_with="$(identify "$venv/bin/python" | cut -d' ' -f1) $(pwd -P)"
    [ -x "$venv/bin/python" ] && [ "$made_with" = "$version $(pwd -P)" ]
}

started=$(date +%s)
fits || make_environment
echo "$version $(pwd -P)" >"$venv/.made-with"

case $what in
run) requirements=requirements.txt ;;
dev) requirements="requirements-dev.txt" ;;
esac
say "installing $requirements (the first time about 130 MB are downloaded)"
install_packages "$requirements" || fail "could not install what $requirements lists." "$(reason)" \
    "Then start again with the same command: what is done is not done twice."

check_system "$what"
stamp run >"$venv/.made-for-run"
[ "$what" = run ] || stamp dev >"$venv/.made-for-dev"
say "done in $(($(date +%s) - started)) s"

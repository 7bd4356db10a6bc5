# Part of setup.sh: the system libraries that Qt is linked against, and the tools of the tests. Only Linux lacks them.
# Which package holds what is in app/grandstand/cli/system_packages.py, which the app itself reads too.

# install_or_tell "what for" thing...: as root on Debian install these libraries or tools, else print the command.
install_or_tell() {
    purpose=$1
    shift
    answer=$(PYTHONPATH=app "$base" -m grandstand.cli.system_packages "$@")
    packages=$(echo "$answer" | sed -n '1s/^[a-z]* *//p')
    command=$(echo "$answer" | sed -n 2p)
    if [ "$(id -u)" = 0 ] && [ "${answer%% *}" = apt ] && [ -n "$packages" ]; then
        # Debian names venv's package after the interpreter's version when that is not the default one.
        if [ "$*" = venv ] && [ "$base" != /usr/bin/python3 ]; then packages="python$version-venv"; fi
        say "installing for $purpose: $packages"
        # shellcheck disable=SC2086 # the packages are words
        quietly apt-get update && quietly apt-get install -y --no-install-recommends $packages && return 0
        say "that did not work; $(reason)"
    fi
    say "missing for $purpose: $*"
    if [ -n "$command" ]; then
        printf '  Install with:\n    %s\n' "$command"
    else
        printf '  Install the packages that hold them with the package manager of this system.\n'
    fi
    return 1
}

# The sonames that the parts of Qt that we use want and the loader does not find, one a line.
missing_libraries() {
    qt=$("$venv/bin/python" -I -c 'import importlib.util as u; print(u.find_spec("PySide6").submodule_search_locations[0])')/Qt
    [ -d "$qt/lib" ] || return 0
    for part in Core Gui Widgets OpenGL OpenGLWidgets Svg DBus Test WaylandClient XcbQpa; do
        ldd "$qt/lib/libQt6$part.so.6" 2>/dev/null
    done | awk '/not found/ { print $1 }' | sort -u
    for plugin in platforms/libqxcb platforms/libqoffscreen platforms/libqwayland xcbglintegrations/libqxcb-glx-integration; do
        ldd "$qt/plugins/$plugin.so" 2>/dev/null
    done | awk '/not found/ { print $1 }' | sort -u
}

# Leaves .system-lacks in the environment while something is missing, so that the next set-up looks again.
check_system() {
    [ "$(uname -s)" = Linux ] || return 0
    # shellcheck disable=SC2046 # sonames are words
    set -- "$1" $(missing_libraries | sort -u)
    for_what=$1
    shift
    rm -f "$venv/.system-lacks"
    if [ $# -gt 0 ]; then install_or_tell "the window (Qt)" "$@" || touch "$venv/.system-lacks"; fi
    if [ "$for_what" = dev ]; then
        set --
        for tool in Xvfb xdotool openbox; do
            command -v "$tool" >/dev/null 2>&1 || set -- "$@" "$tool"
        done
        if [ $# -gt 0 ]; then install_or_tell "the tests with a real window" "$@" || touch "$venv/.system-lacks"; fi
    fi
    return 0
}

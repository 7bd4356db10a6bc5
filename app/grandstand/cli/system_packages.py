"""Which system library or tool is in which package, for the package managers we know. Standard library only.

One table for two readers: `grandstand.cli.preflight` names the command that mends a missing library, and the set-up
script installs it (``python -m grandstand.cli.system_packages libEGL.so.1 Xvfb``).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

OS_RELEASE = Path("/etc/os-release")

# What Qt is linked against, and the package that holds it. PySide6's wheels bring everything else.
# soname                 apt                 dnf                   pacman               zypper
_QT = """
libEGL.so.1              libegl1             libglvnd-egl          libglvnd             Mesa-libEGL1
libGL.so.1               libgl1              libglvnd-glx          libglvnd             Mesa-libGL1
libX11.so.6              libx11-6            libX11                libx11               libX11-6
libdbus-1.so.3           libdbus-1-3         dbus-libs             dbus                 libdbus-1-3
libfontconfig.so.1       libfontconfig1      fontconfig            fontconfig           libfontconfig1
libfreetype.so.6         libfreetype6        freetype              freetype2            libfreetype6
libglib-2.0.so.0         libglib2.0-0        glib2                 glib2                libglib-2_0-0
libgthread-2.0.so.0      libglib2.0-0        glib2                 glib2                libgthread-2_0-0
libxkbcommon.so.0        libxkbcommon0       libxkbcommon          libxkbcommon         libxkbcommon0
libstdc++.so.6           libstdc++6          libstdc++             gcc-libs             libstdc++6
libz.so.1                zlib1g              zlib                  zlib                 libz1
libzstd.so.1             libzstd1            libzstd               zstd                 libzstd1
"""
# ... and for a window on an X server besides. Mostly it is libxcb-cursor0: wanted since Qt 6.5, rarely there.
_X11 = """
libX11-xcb.so.1          libx11-xcb1         libX11-xcb            libx11               libX11-xcb1
libxcb.so.1              libxcb1             libxcb                libxcb               libxcb1
libxcb-cursor.so.0       libxcb-cursor0      xcb-util-cursor       xcb-util-cursor      libxcb-cursor0
libxcb-icccm.so.4        libxcb-icccm4       xcb-util-wm           xcb-util-wm          libxcb-icccm4
libxcb-image.so.0        libxcb-image0       xcb-util-image        xcb-util-image       libxcb-image0
libxcb-keysyms.so.1      libxcb-keysyms1     xcb-util-keysyms      xcb-util-keysyms     libxcb-keysyms1
libxcb-randr.so.0        libxcb-randr0       libxcb                libxcb               libxcb-randr0
libxcb-render.so.0       libxcb-render0      libxcb                libxcb               libxcb-render0
libxcb-render-util.so.0  libxcb-render-util0 xcb-util-renderutil   xcb-util-renderutil  libxcb-render-util0
libxcb-shape.so.0        libxcb-shape0       libxcb                libxcb               libxcb-shape0
libxcb-shm.so.0          libxcb-shm0         libxcb                libxcb               libxcb-shm0
libxcb-sync.so.1         libxcb-sync1        libxcb                libxcb               libxcb-sync1
libxcb-util.so.1         libxcb-util1        xcb-util              xcb-util             libxcb-util1
libxcb-xfixes.so.0       libxcb-xfixes0      libxcb                libxcb               libxcb-xfixes0
libxcb-xkb.so.1          libxcb-xkb1         libxcb                libxcb               libxcb-xkb1
libxkbcommon-x11.so.0    libxkbcommon-x11-0  libxkbcommon-x11      libxkbcommon-x11     libxkbcommon-x11-0
"""
# Looked for by the set-up only: what some plug-ins want, and the tools of the tests.
_OTHERS = """
libxcb-glx.so.0          libxcb-glx0         libxcb                libxcb               libxcb-glx0
libwayland-client.so.0   libwayland-client0  libwayland-client     wayland              libwayland-client0
libwayland-cursor.so.0   libwayland-cursor0  libwayland-cursor     wayland              libwayland-cursor0
Xvfb                     xvfb                xorg-x11-server-Xvfb  xorg-server-xvfb     xorg-x11-server-Xvfb
xdotool                  xdotool             xdotool               xdotool              xdotool
openbox                  openbox             openbox               openbox              openbox
venv                     python3-venv        python3               python               python3
"""
_MANAGERS = ("apt", "dnf", "pacman", "zypper")
_INSTALL = {
    "apt": "apt-get update && {sudo}apt-get install -y",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed",
    "zypper": "zypper install -y",
}
_FAMILIES = {
    "apt": {"debian", "ubuntu", "raspbian", "linuxmint"},
    "dnf": {"fedora", "rhel", "centos"},
    "pacman": {"arch", "manjaro"},
    "zypper": {"suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles"},
}


def _rows(*tables: str) -> dict[str, list[str]]:
    """{soname or tool: its packages, in the order of `_MANAGERS`}"""
    return {row[0]: row[1:] for table in tables for row in map(str.split, table.strip().splitlines())}


QT_LIBRARIES = tuple(_rows(_QT))  # sonames
X11_LIBRARIES = tuple(_rows(_X11))
_PACKAGES = _rows(_QT, _X11, _OTHERS)


def package_manager(os_release: Path = OS_RELEASE) -> str | None:
    """This distribution's package manager: apt, dnf, pacman or zypper; None when it is not one of these."""
    try:
        text = os_release.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    ids = dict(re.findall(r"""^(ID|ID_LIKE)=["']?([^"'\n]*)""", text, re.MULTILINE))
    names = f"{ids.get('ID', '')} {ids.get('ID_LIKE', '')}".split()  # ID_LIKE: nearest relative first
    return next((manager for name in names for manager in _MANAGERS if name in _FAMILIES[manager]), None)


def packages(things: Iterable[str], manager: str) -> list[str]:
    """The packages in which `manager` finds these libraries or tools, sorted; unknown ones are left out."""
    column = _MANAGERS.index(manager)
    return sorted({_PACKAGES[thing][column] for thing in things if thing in _PACKAGES})


def install_command(things: Iterable[str], os_release: Path = OS_RELEASE, is_root: bool | None = None) -> str | None:
    """The command that installs these libraries or tools here; None when we do not know how."""
    manager = package_manager(os_release)
    names = packages(things, manager) if manager else []
    if not manager or not names:
        return None
    if is_root is None:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = "" if is_root else "sudo "  # a bare container has no sudo
    return f"{sudo}{_INSTALL[manager].format(sudo=sudo)} {' '.join(names)}"


def main(things: list[str]) -> int:
    """Two lines for a script: the package manager with the packages, and the command for a person."""
    manager = package_manager()
    print(manager or "unknown", *(packages(things, manager) if manager else ()))
    print(install_command(things) or "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

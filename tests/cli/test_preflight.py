"""Each thing that can keep the window shut, present and absent, on machines described by parameters."""

import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from grandstand.cli.preflight import Problem, display_addresses, explain, find_problems

DEBIAN = "ID=debian\n"
AT_A_DESK = {"DISPLAY": ":0"}


@pytest.fixture
def find(tmp_path: Path) -> Callable[..., dict[str, Problem]]:
    """`find_problems` on a machine where all is well, but for what the test says; the problems by key."""

    def on_this_machine(
        missing_modules=frozenset(),
        missing_libraries=frozenset(),
        qt="6.11.3",
        listening=frozenset({"/tmp/.X11-unix/X0"}),
        lets_in=True,
        distribution=DEBIAN,
        environ=AT_A_DESK,
        platform="linux",
        python=(3, 11, 7),
    ) -> dict[str, Problem]:
        def find_module(name: str) -> object:
            spec = SimpleNamespace(submodule_search_locations=[f"/site-packages/{name}"])
            return None if name in missing_modules else spec

        def version_of(name: str) -> str:
            if qt is None:
                raise importlib.metadata.PackageNotFoundError(name)
            return qt

        def load_library(name: str) -> object:
            # As in truth, the plug-in cannot be loaded either when what it is linked against is missing.
            if name in missing_libraries or ("/plugins/" in name and "plugin" not in missing_libraries):
                raise OSError(f"{name}: cannot open shared object file: No such file or directory")
            return object()

        def connect(address: object) -> None:
            if address not in listening:
                raise ConnectionRefusedError(address)

        os_release = tmp_path / "os-release"
        os_release.write_text(distribution)
        problems = find_problems(
            environ,
            platform,
            python=python,
            find_module=find_module,
            version_of=version_of,
            load_library=load_library,
            connect=connect,
            open_display=lambda _: lets_in,
            os_release=os_release,
        )
        return {problem.key: problem for problem in problems}

    return on_this_machine


def test_nothing_is_in_the_way(find):
    assert find() == {}


def test_an_old_python(find):
    problem = find(python=(3, 10, 13))["python"]
    assert problem.fatal
    assert "3.10.13" in problem.message
    assert "make run PYTHON=" in problem.remedy


def test_missing_packages(find):
    problem = find(missing_modules={"PySide6", "aiohttp"})["packages"]
    assert problem.fatal
    assert "PySide6, aiohttp" in problem.message
    assert "make run" in problem.remedy
    assert "pip install -r requirements.txt" in problem.remedy


def test_a_package_that_one_workload_wants_does_not_keep_the_window_shut(find):
    problem = find(missing_modules={"aiohttp"})["packages"]
    assert not problem.fatal
    assert "Fetch pages" in problem.message


@pytest.mark.parametrize(
    ("qt", "python", "broken"),
    [
        ("6.12.0", (3, 11, 7), True),
        ("6.13.0.1", (3, 11, 0), True),
        ("7.0.0", (3, 11, 0), True),
        ("6.11.3", (3, 11, 7), False),
        ("6.12.0", (3, 12, 0), False),
        ("6.12.0", (3, 13, 1), False),
        (None, (3, 11, 7), False),
    ],
)
def test_the_qt_that_drops_references_to_none(find, qt, python, broken):
    problems = find(qt=qt, python=python)
    assert set(problems) == ({"qt-version"} if broken else set())
    if broken:
        assert problems["qt-version"].fatal
        assert qt in problems["qt-version"].message
        assert "<6.12" in problems["qt-version"].remedy


@pytest.mark.parametrize(
    ("distribution", "command"),
    [
        (DEBIAN, "apt-get install -y libegl1 libxcb-cursor0"),
        ('ID=pop\nID_LIKE="ubuntu debian"\n', "apt-get install -y libegl1 libxcb-cursor0"),
        ("ID=fedora\n", "dnf install -y libglvnd-egl xcb-util-cursor"),
        ('NAME="Rocky"\nID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf install -y libglvnd-egl"),
        ("ID=arch\n", "pacman -S --needed libglvnd xcb-util-cursor"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "zypper install -y Mesa-libEGL1 libxcb-cursor0"),
        ("ID=plan9\n", "Install the packages that hold them"),
    ],
)
def test_missing_libraries_and_the_command_of_this_distribution(find, distribution, command):
    missing = {"libEGL.so.1", "libxcb-cursor.so.0"}
    problem = find(missing_libraries=missing, distribution=distribution)["libraries"]
    assert problem.fatal
    assert "libEGL.so.1, libxcb-cursor.so.0" in problem.message
    assert command in problem.remedy


def test_libraries_that_qt_finds_in_a_place_of_its_own(find):
    assert find(missing_libraries={"libxcb-cursor.so.0", "plugin"}) == {}


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/7"}, False),
        ({"WAYLAND_DISPLAY": "/run/user/7/wayland-0", "DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_the_x_libraries_are_wanted_only_on_x(find, environ, wanted):
    listening = {"/run/user/7/wayland-0", "/tmp/.X11-unix/X0"}
    problems = find(environ=environ, listening=listening, missing_libraries={"libxcb-cursor.so.0"})
    assert set(problems) == ({"libraries"} if wanted else set())


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ""}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ":1"}, "nobody answers at DISPLAY=:1"),
        ({"DISPLAY": "nonsense"}, "nobody answers at DISPLAY=nonsense"),
        ({"DISPLAY": "far:0"}, "nobody answers at DISPLAY=far:0"),
        ({"WAYLAND_DISPLAY": "wayland-9"}, "nobody answers at WAYLAND_DISPLAY=wayland-9"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland"}, "asks for Wayland, but WAYLAND_DISPLAY is not set"),
    ],
)
def test_no_display(find, environ, why):
    problem = find(environ=environ)["display"]
    assert problem.fatal
    assert why in problem.message
    assert "grandstand run primes" in problem.remedy


@pytest.mark.parametrize(
    ("environ", "listening"),
    [
        ({"DISPLAY": ":0"}, "/tmp/.X11-unix/X0"),
        ({"DISPLAY": ":0"}, "\0/tmp/.X11-unix/X0"),
        ({"DISPLAY": "localhost:10.0"}, ("localhost", 6010)),
        ({"WAYLAND_DISPLAY": "wayland-9", "DISPLAY": ":3"}, "/tmp/.X11-unix/X3"),
        ({"QT_QPA_PLATFORM": "offscreen"}, None),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, None),
    ],
)
def test_a_display_that_answers_or_is_not_needed(find, environ, listening):
    assert find(environ=environ, listening={listening}) == {}


def test_an_x_server_that_turns_us_away(find):
    problem = find(lets_in=False)["display"]
    assert problem.fatal
    assert "XAUTHORITY" in problem.message


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_there_is_always_a_display_and_all_libraries(find, platform):
    assert find(environ={}, platform=platform, missing_libraries={"libEGL.so.1"}) == {}


@pytest.mark.parametrize(
    ("display", "addresses"),
    [
        (":0", ["\0/tmp/.X11-unix/X0", "/tmp/.X11-unix/X0"]),
        ("unix:1.0", ["\0/tmp/.X11-unix/X1", "/tmp/.X11-unix/X1"]),
        ("host:2.1", [("host", 6002)]),
        ("tcp/host:2", [("host", 6002)]),
        ("[::1]:3", [("::1", 6003)]),
        ("", []),
        ("0", []),
    ],
)
def test_display_addresses(display, addresses):
    assert display_addresses(display) == addresses


def test_commands_stay_on_one_line():
    command = "  sudo apt-get install -y " + " ".join(f"library-{n}" for n in range(20))
    text = explain([Problem("libraries", "word " * 40, f"Install them:\n{command}", fatal=True)], width=60)
    assert command in text.splitlines()
    assert all(len(line) <= 60 for line in text.splitlines() if line != command)


@pytest.mark.parametrize(
    ("wish", "plugins", "well"),
    [
        ("nonsense", ("libqxcb.so", "libqoffscreen.so"), False),
        ("offscreen", ("libqxcb.so", "libqoffscreen.so"), True),
        ("offscreen:size=800x600", ("libqoffscreen.so",), True),
        ("nonsense;xcb", ("libqxcb.so",), True),
        ("nonsense;other", ("libqxcb.so",), False),
        ("wayland-egl", ("libqwayland.so",), True),
        ("cocoa", ("libqcocoa.dylib",), True),
        ("xcb", ("qwindows.dll",), False),
        ("", ("libqxcb.so",), True),
        ("nonsense", (), True),  # built by somebody else, who has them elsewhere
    ],
)
def test_a_platform_that_this_qt_has_not(wish: str, plugins: tuple[str, ...], well: bool, tmp_path: Path) -> None:
    folder = tmp_path / "Qt" / "plugins" / "platforms"
    folder.mkdir(parents=True)
    for name in plugins:
        (folder / name).touch()
    found = find_problems(
        {"QT_QPA_PLATFORM": wish}, "darwin", python=(3, 13, 0),
        find_module=lambda name: SimpleNamespace(submodule_search_locations=[str(tmp_path)]),
    )  # fmt: skip
    assert [problem.key for problem in found] == ([] if well else ["platform"])
    if not well:
        assert plugins[0].removeprefix("lib").split(".")[0][1:] in found[0].message

"""CPU quotas, read from trees of files as the kernel shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from grandstand.observe import machine, quota

from tests.observe.cgroups import NEWER, OLDER, mounted, tree

TOP = "/sys/fs/cgroup"
ALL_OF_IT = [mounted(NEWER, TOP)]


def newer(root: Path, text: str) -> quota.Quota | None:
    """A process in a container with its own namespace: it is at the top of what it sees."""
    return quota.read(tree(root, "0::/\n", ALL_OF_IT, {f"{TOP}/cpu.max": text}))


def older(root: Path, limit: str, period: str) -> quota.Quota | None:
    files = {f"{TOP}/cpu/job/cpu.cfs_quota_us": limit, f"{TOP}/cpu/job/cpu.cfs_period_us": period}
    return quota.read(tree(root, "5:cpuacct,cpu:/job\n", [mounted(OLDER, f"{TOP}/cpu")], files))


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("100000 100000\n", 1.0), ("50000 100000\n", 0.5), ("150000 100000\n", 1.5), ("25000 10000\n", 2.5),
        ("1000 1000000\n", 0.001), ("9223372036854775807 100000\n", 92233720368547.75),
    ],
)  # fmt: skip
def test_cpu_max(tmp_path: Path, text: str, cores: float) -> None:
    found = newer(tmp_path, text)
    assert found is not None
    assert found.cores == pytest.approx(cores)
    assert found.newer


@pytest.mark.parametrize(
    "text",
    [
        "max 100000\n", "max", "", "\n", "100000\n", "garbage\n", "many 100000", "100000 some", "0 100000",
        "-5 100000", "100000 0", "100000 -1", "1.5 1", f"{'9' * 5000} 1", f"1{'0' * 400} 1", "\x00\xff",
    ],
)  # fmt: skip
def test_what_is_no_quota_in_cpu_max(tmp_path: Path, text: str) -> None:
    assert newer(tmp_path, text) is None


@pytest.mark.parametrize(
    ("limit", "period", "cores"),
    [("100000", "100000", 1.0), ("50000\n", "100000\n", 0.5), ("375000", "250000", 1.5), ("3000000", "100000", 30.0)],
)
def test_the_older_hierarchy(tmp_path: Path, limit: str, period: str, cores: float) -> None:
    found = older(tmp_path, limit, period)
    assert found is not None
    assert found.cores == pytest.approx(cores)
    assert not found.newer
    assert found.group == tmp_path / "sys/fs/cgroup/cpu/job"


@pytest.mark.parametrize(("limit", "period"), [("-1\n", "100000\n"), ("", ""), ("100000", "0"), ("x", "y"), ("1", "")])
def test_what_is_no_quota_in_the_older_hierarchy(tmp_path: Path, limit: str, period: str) -> None:
    assert older(tmp_path, limit, period) is None


@pytest.mark.parametrize(
    ("limits", "cores", "where"),
    [
        ({"a/b/c": "max 100000", "a/b": "150000 100000", "a": "400000 100000"}, 1.5, "a/b"),
        ({"a/b/c": "300000 100000", "a/b": "max 100000", "a": "50000 100000"}, 0.5, "a"),
        ({"a/b/c": "20000 10000", "a/b": "garbage", "a": "250000 100000"}, 2.0, "a/b/c"),
        ({"": "120000 100000", "a/b/c": "max 100000", "a/x": "10000 100000"}, 1.2, ""),  # a sibling is no ancestor
    ],
)
def test_the_tightest_of_all_ancestors_counts(
    tmp_path: Path, limits: dict[str, str], cores: float, where: str
) -> None:
    files = {f"{TOP}/{group}/cpu.max": text for group, text in limits.items()}
    found = quota.read(tree(tmp_path, "0::/a/b/c\n", ALL_OF_IT, files))
    assert found is not None
    assert found.cores == pytest.approx(cores)
    assert found.group == tmp_path / "sys/fs/cgroup" / where


def test_ancestors_in_the_older_hierarchy(tmp_path: Path) -> None:
    cpu = f"{TOP}/cpu,cpuacct"
    files = {
        f"{cpu}/pod/one/cpu.cfs_quota_us": "-1", f"{cpu}/pod/one/cpu.cfs_period_us": "100000",
        f"{cpu}/pod/cpu.cfs_quota_us": "70000", f"{cpu}/pod/cpu.cfs_period_us": "100000",
    }  # fmt: skip
    found = quota.read(tree(tmp_path, "4:cpu,cpuacct:/pod/one\n3:cpuset:/other\n", [mounted(OLDER, cpu)], files))
    assert found is not None
    assert found.cores == pytest.approx(0.7)


@pytest.mark.parametrize("tighter", ["newer", "older"])
def test_both_hierarchies_at_once(tmp_path: Path, tighter: str) -> None:
    limits = {"newer": 80_000, "older": 80_000, tighter: 40_000}
    mounts = [mounted(NEWER, f"{TOP}/unified"), mounted(OLDER, f"{TOP}/cpu")]
    files = {
        f"{TOP}/unified/job/cpu.max": f"{limits['newer']} 100000",
        f"{TOP}/cpu/task/cpu.cfs_quota_us": str(limits["older"]), f"{TOP}/cpu/task/cpu.cfs_period_us": "100000",
    }  # fmt: skip
    found = quota.read(tree(tmp_path, "1:cpu,cpuacct:/task\n0::/job\n", mounts, files))
    assert found is not None
    assert found.cores == pytest.approx(0.4)
    assert found.newer is (tighter == "newer")


def test_the_unified_tree_of_a_hybrid_system_has_no_cpu_controller(tmp_path: Path) -> None:
    mounts = [mounted(NEWER, f"{TOP}/unified"), mounted(OLDER, f"{TOP}/cpu", controllers="cpu")]
    files = {f"{TOP}/unified/cgroup.procs": "1\n", f"{TOP}/cpu/cpu.cfs_quota_us": "-1\n"}
    assert quota.read(tree(tmp_path, "1:cpu:/\n0::/\n", mounts, files)) is None


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/docker/4f6e", "/docker/4f6e"),  # Docker without a namespace: it sees its whole path, and its own mount
        ("/docker/4f6e", "/kubepods/pod7"),  # a path that is not below what is mounted
        ("/../../job", "/"),  # moved out of its namespace
        ("/", "/.."),  # the mount of whoever made the namespace
        ("/gone (deleted)", "/gone"),
    ],
)
def test_containers_that_do_not_see_their_own_path(tmp_path: Path, path: str, what: str) -> None:
    files = {f"{TOP}/cpu.max": "150000 100000\n"}
    found = quota.read(tree(tmp_path, f"0::{path}\n", [mounted(NEWER, TOP, what)], files))
    assert found is not None
    assert found.cores == 1.5


def test_a_group_below_the_one_that_is_mounted(tmp_path: Path) -> None:
    files = {f"{TOP}/cpu.max": "400000 100000", f"{TOP}/inner/cpu.max": "100000 100000"}
    found = quota.read(tree(tmp_path, "0::/docker/4f6e/inner\n", [mounted(NEWER, TOP, "/docker/4f6e")], files))
    assert found is not None
    assert found.cores == 1.0


def test_a_mount_point_with_blanks_and_a_path_with_colons(tmp_path: Path) -> None:
    files = {"/mnt/my groups/a:b/cpu.max": "30000 100000"}
    found = quota.read(tree(tmp_path, "0::/a:b\n", [mounted(NEWER, "/mnt/my\\040groups")], files))
    assert found is not None
    assert found.cores == pytest.approx(0.3)


def test_other_mounts_and_controllers_limit_nothing(tmp_path: Path) -> None:
    mounts = [
        mounted(OLDER, f"{TOP}/cpuacct", controllers="cpuacct"),
        mounted(OLDER, f"{TOP}/cpuset", controllers="cpuset"),
    ]
    files = {f"{TOP}/{c}/cpu.cfs_{x}": "100000" for c in ("cpuacct", "cpuset") for x in ("quota_us", "period_us")}
    assert quota.read(tree(tmp_path, "2:cpuacct:/\n3:cpuset:/\n", mounts, files)) is None


@pytest.mark.parametrize("cgroup", ["", "garbage\n", "0::\n", ":::\n", "1:cpu\n", "\x00\n"])
def test_garbage_in_proc(tmp_path: Path, cgroup: str) -> None:
    assert quota.read(tree(tmp_path, cgroup, ["", "garbage", "1 2 3", " - ", "1 2 3 / / - cgroup2"], {})) is None


def test_a_system_without_control_groups(tmp_path: Path) -> None:
    assert quota.read(tmp_path) is None


def test_what_cannot_be_read_is_no_quota(tmp_path: Path) -> None:
    """A folder in the file's place, and one that nobody may read (as root one may)."""
    root = tree(tmp_path, "0::/a\n", ALL_OF_IT, {f"{TOP}/cpu.max": "70000 100000"})
    (root / "sys/fs/cgroup/a/cpu.max").mkdir(parents=True)
    found = quota.read(root)
    assert found is not None
    assert found.cores == pytest.approx(0.7)
    (root / "sys/fs/cgroup/cpu.max").chmod(0)
    if os.geteuid():
        assert quota.read(root) is None


# -- how often it held us back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_newer", "text"),
    [
        (True, "usage_usec 900\nnr_periods 40\nnr_throttled 30\nthrottled_usec 2500000\nnr_bursts 0\n"),
        (False, "nr_periods 40\nnr_throttled 30\nthrottled_time 2500000000\n"),
    ],
)
def test_cpu_stat(tmp_path: Path, is_newer: bool, text: str) -> None:
    (tmp_path / "cpu.stat").write_text(text)
    assert quota.throttling(quota.Quota(1.0, tmp_path, is_newer)) == (40, 30, 2.5)


@pytest.mark.parametrize("text", ["", "nr_periods 1\n", "nr_periods x\nnr_throttled y\nthrottled_usec z\n", "\x00"])
def test_a_cpu_stat_that_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "cpu.stat").write_text(text)
    assert quota.throttling(quota.Quota(1.0, tmp_path, True)) is None
    assert quota.throttling(quota.Quota(1.0, tmp_path / "gone", True)) is None


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [((10, 5), (30, 20), 0.75), ((10, 5), (30, 5), 0.0), ((10, 5), (10, 5), None), ((10, 5), (3, 1), None),
     ((10, 5), (12, 9), 1.0)],
)  # fmt: skip
def test_the_share_of_periods(before: tuple[int, int], after: tuple[int, int], share: float | None) -> None:
    assert quota.Throttling(*after, 0.0).since(quota.Throttling(*before, 0.0)) == share
    assert quota.Throttling(*after, 0.0).since(None) is None


# -- what the machine's description makes of it -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cores", "limit", "usable", "whole"),
    [(2, None, 2.0, 2), (2, 1.0, 1.0, 1), (2, 0.5, 0.5, 1), (4, 1.5, 1.5, 2), (2, 8.0, 2.0, 2), (64, 2.01, 2.01, 3)],
)
def test_usable_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, limit: float | None, usable: float, whole: int
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(quota, "now", lambda: None if limit is None else quota.Quota(limit, Path("/"), True))
    machine._machine.cache_clear()
    try:
        assert machine.usable_cores() == usable
        assert machine.whole_cores() == whole
        here = machine.machine()
        assert (here.cores, here.quota, here.usable_cores) == (cores, limit, usable)
        assert here.as_dict()["usable_cores"] == usable
    finally:
        machine._machine.cache_clear()


def test_a_quota_that_changes_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = tree(tmp_path, "0::/\n", ALL_OF_IT, {f"{TOP}/cpu.max": "max 100000"})
    monkeypatch.setattr(quota.read, "__defaults__", (root,))
    monkeypatch.setattr(quota, "_FRESH_S", 0.0)
    monkeypatch.setattr(quota, "_known", None)
    assert quota.now() is None
    for cores in (0.5, 1.5):
        (root / "sys/fs/cgroup/cpu.max").write_text(f"{round(cores * 1e5)} 100000")
        before = quota.now()
        found = quota.renew()
        assert found is not None
        assert found.cores == cores
        assert before != found, "nothing is read in between"
        assert machine.machine().quota == cores
    (root / "sys/fs/cgroup/cpu.max").write_text("max 100000")
    assert quota.renew() is None
    assert machine.machine().quota is None

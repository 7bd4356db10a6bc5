"""How an interpreter that has none of ours on its path finds the engine, and nothing beside it. Any thread."""

SERVED = ("grandstand", "grandstand.vocabulary", "grandstand.engine")
CODE = """
from importlib.machinery import PathFinder
import sys
class Finder:
    inside = None
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "grandstand":
            spec = PathFinder.find_spec(name, [root])
            cls.inside, spec.submodule_search_locations = list(spec.submodule_search_locations), []
            return spec
        if name in {!r}:
            return PathFinder.find_spec(name, cls.inside)
sys.meta_path.insert(0, Finder)
""".format(SERVED)
"""To be executed where ``root`` is the folder (or zip) that holds them; for Python 3.4 and newer. Without the folder
on the path, our packages never stand before that Python's own. PathFinder also looks into zips."""

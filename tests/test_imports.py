from __future__ import annotations

import grimp


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = grimp.build_graph("asynclint", exclude_type_checking_imports=True, cache_dir=None)
    packages = [module for module in graph.modules if graph.find_children(module)]
    circles = [graph.nominate_cycle_breakers(package) for package in packages]
    assert circles == [set()] * len(packages)

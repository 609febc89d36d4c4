"""A plugin that tells stories file by file in a shuffled order, and looks at what each file leaves to the shared page.

`STORIES_ORDER=7 python -m pytest -p tests.soak.shuffled tests/stories` repeats the order of that seed.
"""

import os
import random
from collections.abc import Generator, Iterator

import pytest

SETTING = "STORIES_ORDER"
SMALL = [(1119, 720), (1280, 720)]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Puts the files into the order of the seed, after all others have sorted them."""
    yield
    files = sorted({item.path for item in items})
    random.Random(os.environ[SETTING]).shuffle(files)
    items.sort(key=lambda item: files.index(item.path))


@pytest.fixture(autouse=True)
def small_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a file's last story on the shared page, nothing there is covered or cut in small windows."""
    yield
    from tests.stories.conftest import DESK, look, opens_pages
    from tests.stories.test_narrow_windows import EXPERIMENTS, faults_in

    stories = [item for item in request.session.items if isinstance(item, pytest.Function)]
    sharing = [story for story in stories if story.path == request.path and not opens_pages(story)]
    if request.node not in sharing[-1:]:
        return
    page = request.getfixturevalue("page")
    look(page.driver, *DESK)
    if page.starts_over() and (found := faults_in(page, EXPERIMENTS[0], {"loss": SMALL})):
        page.js("sessionStorage.clear()")  # so that the next story opens the page anew
        pytest.fail(f"after {request.path.name}: {found}")

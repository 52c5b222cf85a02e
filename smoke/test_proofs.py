"""One test a proof."""

from collections.abc import Callable

import pytest

from smoke.checks import look
from smoke.conftest import OfImage
from smoke.subject import Subject


def test_a_proof_is_seen(planned: OfImage, subjects: Callable[[str], Subject]) -> None:
    check = look(planned.check, subjects(planned.image))
    if not check.passed:
        pytest.fail(f"{check.step or 'image'}: {check.name}: {check.evidence}", pytrace=False)

"""Pages in a real browser; what the walks of journeys assert is told as fully as what tests assert."""

import pytest

pytest.register_assert_rewrite(
    "tests.pages.walking", "tests.pages.shared_walks", "tests.pages.journey_world",
    "tests.pages.journeys_to_a_proposal", "tests.pages.journeys_of_a_trial",
)  # fmt: skip

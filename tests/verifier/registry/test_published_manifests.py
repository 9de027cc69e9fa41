"""Manifests on chain: anyone may publish bytes, only those of anchored batches are kept."""

from typing import Any

import pytest

from tests.verifier.registry.nodes import LyingNode, read
from tests.verifier.registry.world import (
    BATCHES,
    CLASS,
    ISSUER,
    SCHOOL,
    SECOND_CLASS,
    STRANGER,
    World,
    manifest_of,
)
from transcript_service.issuance.registry_calls import anchor_batch, publish_manifest
from verifier.errors import MissingEvidence, SubReason
from verifier.manifest import manifest_to_json
from verifier.registry_abi import event_shapes

TOPIC = "0x" + event_shapes()["ManifestPublished"].topic.hex()
TRUE = [manifest_to_json(manifest_of(batch)) for batch in BATCHES]


def _spam(world: World, count: int = 3) -> None:
    writer = world.writer()
    for number in range(count):
        writer.act(STRANGER, publish_manifest(b"anything %d" % number))


@pytest.mark.parametrize("checkpoint", [False, True])
def test_what_belongs_to_no_batch_is_not_kept(world: World, checkpoint: bool) -> None:
    """The events count in the history, their bytes do not."""
    _spam(world)
    world.view(checkpoint=checkpoint)
    _spam(world)

    view = world.view(checkpoint=checkpoint)

    assert view.state.history_size == 20
    assert sorted(view.manifests.values()) == sorted(TRUE[:2])
    assert view.notes == ()


@pytest.mark.parametrize("checkpoint", [False, True])
def test_a_manifest_published_before_its_batch_is_kept(world: World, checkpoint: bool) -> None:
    """The order does not matter: whoever has the bytes may bring them."""
    documents = (SECOND_CLASS[0], SECOND_CLASS[1])
    data = manifest_to_json(manifest_of(documents))
    world.writer().act(STRANGER, publish_manifest(data))
    world.view(checkpoint=checkpoint)
    world.writer().anchor(documents)

    view = world.view(checkpoint=checkpoint)

    assert sorted(view.manifests.values()) == sorted([*TRUE[:2], data])
    assert world.view(checkpoint=checkpoint).manifests == view.manifests


def test_a_manifest_published_early_and_withheld_later_is_another_history(world: World) -> None:
    """A node cannot leave it out of the second answer."""
    documents = (SECOND_CLASS[0], SECOND_CLASS[1])
    world.writer().act(STRANGER, publish_manifest(manifest_to_json(manifest_of(documents))))
    world.writer().anchor(documents)

    def hide(honest: Any, params: Any) -> Any:
        return [] if params[0].get("topics") == [TOPIC] else honest

    with pytest.raises(MissingEvidence, match="left out") as caught:
        read(world, LyingNode(world.chain(), eth_getLogs=hide))

    assert caught.value.sub_reason is SubReason.OTHER_HISTORY


@pytest.mark.parametrize("checkpoint", [False, True])
def test_manifests_beyond_the_limit_are_left_out_and_named(
    world: World, monkeypatch: pytest.MonkeyPatch, checkpoint: bool
) -> None:
    """An institution that anchors and publishes without measure fills no memory."""
    world.writer().act(ISSUER, anchor_batch(SCHOOL, b"\x07" * 32, 1, b"x" * 5_000))
    world.writer().act(STRANGER, publish_manifest(b"x" * 5_000))
    world.view(checkpoint=checkpoint)
    monkeypatch.setattr("verifier.registry_fold.MAX_PUBLISHED_BYTES", 5_000)

    view = world.view(checkpoint=checkpoint)

    assert sorted(view.manifests.values()) == sorted(TRUE[:2])
    assert "1 manifests" in view.notes[0]
    assert "5000" in view.notes[0]
    assert len(CLASS) == 5

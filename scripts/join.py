"""Make one image of what was published for several architectures, and tag it.

In an environment with `architectures` each machine publishes its own part, by digest, and leaves a release of its own
beside the others: release.ENVIRONMENT.ARCHITECTURE.json. All of them have to lie here, of one tree and one
environment, and the registry must still have exactly those images. Then an index names them, which an engine of any of
these architectures pulls as its own, and the tags name the index. They are those that `publish` gives where one machine
publishes the whole.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.lib import cli, console, index, publishing, records, tagging, tags
from scripts.lib.cli import Done
from scripts.lib.errors import RecordMissing, SettingsInvalid
from scripts.lib.records import Joined, JoinedImage, Release, Tree
from scripts.lib.registry import Manifest, Registry
from scripts.lib.settings.selection import Selection
from scripts.lib.tagging import Naming


@dataclass(frozen=True)
class Plan:
    """What is to be joined, after everything here was looked at."""

    selection: Selection
    releases: Mapping[str, Release]
    """By architecture."""
    naming: Naming
    inputs: str

    @property
    def environment(self) -> str:
        return self.selection.environment.environment


def join(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Join the parts of every image of the environment's release."""
    plan, last = _plan(selection), records.find(selection.checkout, Joined, selection.environment.environment)
    target = publishing.connected(selection)
    if last and last.inputs == plan.inputs and publishing.stand(target, last.images):
        return Done(_summary(last) + " up to date", up_to_date=True)
    names = next(iter(plan.releases.values())).images
    made = {name: _made(target, plan, name) for name in names}
    # from here on something is written
    joined = Joined(
        inputs=plan.inputs,
        environment=plan.environment,
        version=plan.naming.version,
        releases={architecture: records.identity(one) for architecture, one in plan.releases.items()},
        images={name: _put(target, plan, name, manifest) for name, manifest in made.items()},
    )
    records.write(selection.checkout, joined, plan.environment)
    for image in joined.images.values():
        console.result(image.reference)
        for tag in image.tags:
            console.note(f"  also {image.registry}/{image.repository}:{tag}")
    return Done(_summary(joined))


def _plan(selection: Selection) -> Plan:
    environment = selection.environment
    name, wanted = environment.environment, environment.architectures
    if not wanted:
        raise SettingsInvalid(
            f"compose/environments/{name}.yaml: architectures is missing, so nothing is to be joined",
            hint="name them there, or take what `invoke publish` made as it is",
        )
    tree = records.need(selection.checkout, Tree, "customize")
    releases: dict[str, Release] = {
        one: records.need(selection.checkout, Release, "publish", f"{name}.{one}") for one in wanted
    }
    _require_together(releases, tree, name)
    naming = tagging.naming(selection, next(iter(releases.values())).version, tree)
    where = environment.registry.model_dump_json()
    identities = (records.identity(releases[one]) for one in sorted(releases))
    return Plan(selection, releases, naming, records.digest_of(*identities, where, str(naming)))


def _require_together(releases: Mapping[str, Release], tree: Tree, environment: str) -> None:
    """Raise RecordMissing where the releases are not parts of one: of this tree, environment and images."""
    problems, names = [], next(iter(releases.values())).images.keys()
    for architecture, one in releases.items():
        named = tags.by_tree(one.version, tree.customization, tree.tree, architecture)
        place = f"the release for {architecture}"
        if (one.environment, one.architecture) != (environment, architecture):
            problems.append(f"{place} is of {one.environment} and {one.architecture or 'one machine'}")
        if one.images.keys() != names:
            problems.append(f"{place} has the images {', '.join(one.images)}, another one {', '.join(names)}")
        problems += [
            f"{place}: {name} is {image.tags[0]}, the tree here is {tree.tree[:12]}"
            for name, image in one.images.items()
            if named not in image.tags
        ]
    if problems:
        raise RecordMissing(problems, hint="publish the same tree on every machine, and bring their records here")


def _made(target: Registry, plan: Plan, name: str) -> Manifest:
    """Return the index of one image's parts; refuses where what is published is not the registry's, or a tag is."""
    published = {architecture: one.images[name] for architecture, one in plan.releases.items()}
    repository = publishing.repository(plan.selection, name)
    made = index.index_of(target, repository, index.parts(target, repository, published))
    tagging.require_free(target, repository, plan.naming, made.image)
    return made


def _put(target: Registry, plan: Plan, name: str, made: Manifest) -> JoinedImage:
    repository = publishing.repository(plan.selection, name)
    published = {architecture: one.images[name] for architecture, one in plan.releases.items()}
    first = min(published)
    return JoinedImage(
        registry=target.host,
        repository=repository,
        digest=index.send(target, repository, made),
        tags=tagging.give(target, repository, made, plan.naming, published[first].image_id),
        parts={architecture: image.digest for architecture, image in published.items()},
    )


def _summary(joined: Joined) -> str:
    words = ", ".join(f"{image.repository}:{image.tags[0]}" for image in joined.images.values())
    return f"{words} for {', '.join(sorted(joined.releases))}"


if __name__ == "__main__":
    cli.main("join", join, __doc__)

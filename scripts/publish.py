"""Push exactly the image that was proven, tag it, read it back.

Only with a verdict of this environment that passed and is about the very images that the engine has. The bytes go to
the registry under their digest alone; they are read back and compared with the image ID; only then do tags name
them. A tag never moves: one that names another image is refused (the dated one takes the next number of the day). But
`edge`, `latest` and a series such as 0.6 go on to the next release; `tags` in product.yaml says which there are, and
RELEASE_REF, a git ref, which release this is.

In an environment with `architectures` what one machine publishes is a part: `invoke join` makes one image of the parts,
which gets the tags.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.lib import (
    cli,
    console,
    engine,
    gates,
    ledger,
    publishing,
    records,
    released,
    shell,
    tagging,
    tags,
    upload,
)
from scripts.lib.cli import Done
from scripts.lib.commands import docker
from scripts.lib.errors import GateRefused, RecordMissing, SettingsInvalid
from scripts.lib.push import push
from scripts.lib.records import BuiltImage, Image, PublishedImage, Release, SmokeReport, Tree, Verdict
from scripts.lib.registry import Manifest, Registry
from scripts.lib.settings.selection import Selection
from scripts.lib.tagging import Naming


@dataclass(frozen=True)
class Plan:
    """What is to be published, after everything was looked at and before anything was sent."""

    selection: Selection
    verdict: Verdict
    images: Mapping[str, BuiltImage]
    naming: Naming
    architecture: str | None
    """Whose part this is, in an environment of several; None where it is the whole."""
    inputs: str
    last: Release | None

    def repository(self, name: str) -> str:
        return publishing.repository(self.selection, name)

    @property
    def part_tag(self) -> str:
        """The one tag of a part."""
        named = self.naming
        return tags.by_tree(named.version, named.customization, named.tree, self.architecture)


def publish(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Publish the images of this checkout for the environment."""
    plan = _plan(selection)
    target = publishing.connected(selection)
    if plan.last and plan.last.inputs == plan.inputs and publishing.stand(target, plan.last.images):
        _say(plan, plan.last)
        return Done(_summary(plan.last) + " up to date", up_to_date=True)
    _require_engine_has(plan)
    _require_architecture(plan)
    for name, built in plan.images.items() if plan.architecture is None else ():
        tagging.require_free(target, plan.repository(name), plan.naming, built.image_id)
    # from here on bytes travel
    pushed = {name: _push(target, plan, name) for name in plan.images}
    # from here on tags name them
    published = {name: _tag(target, plan, name, manifest) for name, manifest in pushed.items()}
    release = Release(
        inputs=plan.inputs,
        environment=selection.environment.environment,
        version=plan.verdict.version,
        architecture=plan.architecture,
        verdict=records.identity(plan.verdict),
        images=published,
    )
    records.write(selection.checkout, release, release.environment)
    if plan.architecture:
        records.write(selection.checkout, release, f"{release.environment}.{plan.architecture}")
    _keep(plan, release)
    _say(plan, release)
    return Done(_summary(release))


def _keep(plan: Plan, release: Release) -> None:
    """Keep what it looks like, so that the next release's report has it beside its own."""
    checkout = plan.selection.checkout
    tree, smoke = records.need(checkout, Tree, "customize"), records.find(checkout, SmokeReport)
    shots = smoke.shots if smoke and smoke.images == plan.verdict.images else ()
    sizes = {name: built.size for name, built in plan.images.items()}
    released.keep(checkout, release, tree, sizes, shots, ledger.now())


def _plan(selection: Selection) -> Plan:
    checkout, environment = selection.checkout, selection.environment
    tree = records.need(checkout, Tree, "customize")
    image = records.need(checkout, Image, "build")
    verdict = records.need(checkout, Verdict, "gate", environment.environment)
    _require_verdict(verdict, image, environment.environment)
    _require_as_judged(selection, verdict, tree, image)
    named = tagging.naming(selection, image.version, tree)
    architecture = engine.architecture() if environment.architectures else None
    where = environment.registry.model_dump_json()
    return Plan(
        selection=selection,
        verdict=verdict,
        images=image.images,
        naming=named,
        architecture=architecture,
        inputs=records.digest_of(records.identity(verdict), tree.tree, where, str(named), architecture or ""),
        last=records.find(checkout, Release, environment.environment),
    )


def _require_verdict(verdict: Verdict, image: Image, environment: str) -> None:
    """Refuse unless the verdict passed, for this environment, on exactly the images that were built."""
    problems = [f"gate {g.gate} is {g.state}: {g.because}" for g in verdict.gates if g.state != "passed"]
    if verdict.environment != environment:
        problems.append(f"the verdict is about environment {verdict.environment}, not {environment}")
    if not verdict.gates:
        problems.append("the verdict names no gate")
    if problems:
        raise GateRefused(problems, hint="mend what the gates say, then run: invoke publish")
    judged, built = dict(verdict.images), {name: i.image_id for name, i in image.images.items()}
    if judged != built:
        raise RecordMissing(
            [
                f"the verdict is about {name} {judged.get(name, 'not at all')}, built is {built.get(name, 'nothing')}"
                for name in sorted(judged.keys() | built.keys())
                if judged.get(name) != built.get(name)
            ],
            hint="run: invoke gate",
        )


def _require_as_judged(selection: Selection, verdict: Verdict, tree: Tree, image: Image) -> None:
    """Refuse where what the gates looked at is not what it was then, and images that are not of the present tree."""
    if image.tree != tree.tree:
        raise RecordMissing("the images were built from another tree than the present one", hint="run: invoke build")
    name, problems = selection.environment.environment, []
    if verdict.inputs != gates.inputs(selection.product, selection.every_step, selection.environment, verdict.gates):
        problems.append(
            f"the verdict for {name} was given under other settings: its licence, gates or limits, or the steps"
        )
    report = records.find(selection.checkout, SmokeReport)
    present = records.identity(report) if report else None
    if any(result.gate == "runtime" and result.evidence != present for result in verdict.gates):
        problems.append(f"the verdict for {name} was given on another SmokeReport than the present one")
    if problems:
        raise RecordMissing(problems, hint=f"run: ENVIRONMENT={name} invoke gate")


def _require_engine_has(plan: Plan) -> None:
    """Refuse unless the engine still has the judged images under the names that the build gave them."""
    found = {name: engine.image_id(built.reference) for name, built in plan.images.items()}
    problems = [
        f"{built.reference} is {found[name] or 'not in the engine'}, judged was {built.image_id}"
        for name, built in plan.images.items()
        if found[name] != built.image_id
    ]
    if problems:
        raise RecordMissing(problems, hint="run: invoke build, which makes it again, then invoke publish")


def _require_architecture(plan: Plan) -> None:
    """Refuse a part that the environment does not join, and images of another architecture than the part's."""
    if plan.architecture is None:
        return
    name, wanted = plan.verdict.environment, plan.selection.environment.architectures
    if plan.architecture not in wanted:
        raise SettingsInvalid(
            f"this machine is {plan.architecture}, and environment {name} publishes {', '.join(wanted)}",
            hint=f"publish on such a machine, or add {plan.architecture} to architectures in the environment's file",
        )
    found = {built.reference: engine.image_architecture(built.reference) for built in plan.images.values()}
    other = [f"{one} is for {what}, this machine is {plan.architecture}" for one, what in found.items()]
    if set(found.values()) != {plan.architecture}:
        raise GateRefused(other, hint="unset DOCKER_DEFAULT_PLATFORM, then run: invoke build")


def _push(target: Registry, plan: Plan, name: str) -> Manifest:
    """Send one image under its digest alone; layers of the last release are not sent again."""
    repository = plan.repository(name)
    last = plan.last.images.get(name) if plan.last else None
    known = upload.known_layers(target, repository, last.digest) if last and last.repository == repository else {}
    return push(target, repository, plan.images[name], known)


def _tag(target: Registry, plan: Plan, name: str, manifest: Manifest) -> PublishedImage:
    """Let tags name what was read back."""
    repository, image_id = plan.repository(name), plan.images[name].image_id
    if plan.architecture:
        given: tuple[str, ...] = (plan.part_tag,)
        tagging.put_fixed(target, repository, plan.part_tag, manifest)
    else:
        # What may not move is looked at again, for somebody else may have published while the bytes travelled.
        given = tagging.give(target, repository, manifest, plan.naming, image_id)
    return PublishedImage(
        registry=target.host, repository=repository, image_id=image_id, digest=manifest.digest, tags=given
    )


def _say(plan: Plan, release: Release) -> None:
    """Say what deploys use, and how one starts it by hand."""
    for name, image in release.images.items():
        stand = plan.selection.product.images[name].stand
        console.result(image.reference)
        for tag in image.tags:
            console.note(f"  also {image.registry}/{image.repository}:{tag}")
        if plan.selection.product.stand is None:
            console.result(shell.echo(docker.run(name, image.reference, port=stand.port, volumes=stand.volumes)))
    if plan.selection.product.stand:
        console.note(f"  its images need each other; they are started by: invoke deploy {release.environment}")


def _summary(release: Release) -> str:
    part = f", a part to be joined: {release.architecture}" if release.architecture else ""
    return ", ".join(f"{image.repository}:{image.tags[0]}" for image in release.images.values()) + part


if __name__ == "__main__":
    cli.main("publish", publish, __doc__, reported="always")

"""Judges whether the upstream's licence of a version lets an environment have another brand. Pure."""

from dataclasses import dataclass
from typing import Literal

from scripts.lib.records import Source
from scripts.lib.settings.environment import LicenceBasis, NoBasis, SmallDeployment, WrittenPermission
from scripts.lib.settings.licence import Licence, LicenceRule
from scripts.lib.settings.product import Product

State = Literal["passed", "failed", "unknown"]
WORSE: tuple[State, ...] = ("passed", "unknown", "failed")
MOST_END_USERS = 50
"""Of a small deployment, in any rolling 30 days."""


@dataclass(frozen=True)
class Judgement:
    """What is allowed, and why."""

    state: State
    because: str
    rule: LicenceRule | None
    """Of the version; None where no rule covers it."""


def judge_all(product: Product, source: Source, basis: LicenceBasis) -> Judgement:
    """Judge the tree's own licence and that of every source that is laid into it; the worst counts, all are told."""
    own = judge(product.licence, source.version, source.licence, basis)
    others = {
        name: judge(one.licence, source.sources[name].version, source.sources[name].licence, basis)
        for name, one in product.laid_in.items()
        if one.licence
    }
    told = [own.because, *(f"{name}: {judged.because}" for name, judged in others.items())]
    worst = max((own, *others.values()), key=lambda judged: WORSE.index(judged.state))
    return Judgement(worst.state, "; ".join(told), own.rule)


def judge(licence: Licence, version: str, text: str | None, basis: LicenceBasis) -> Judgement:
    """Judge a version with the licence file of sha256 `text` (None: it has none) on the basis of an environment."""
    rule = licence.rule(version)
    if rule is None:
        return Judgement("unknown", f"no licence rule of the product covers version {version}", None)
    if text not in rule.texts:
        return Judgement("unknown", _unread(licence, rule, version, text), rule)
    if rule.needs_basis and (problem := _problem(rule, basis)):
        because = f"{rule.name} of {version} allows another brand only on a basis: {problem}; {_ways(licence, rule)}"
        return Judgement("failed", because, rule)
    return Judgement("passed", f"{rule.name}, {basis.basis}" if rule.needs_basis else rule.name, rule)


def _ways(licence: Licence, rule: LicenceRule) -> str:
    """Word the lawful ways under a rule that needs a basis, and the last version that needs none."""
    whose = " to an official contributor" if rule.permission_for == "contributors" else ""
    three = (
        f"lawful are small-deployment (at most {MOST_END_USERS} end users in any rolling 30 days), written-permission "
        f"(specific and prior{whose}, with its reference) and enterprise-licence (one that expressly permits it, with "
        "its reference)"
    )
    older = licence.before(rule)
    return three + (f"; the last version without this clause is {older.versions.last} ({older.name})" if older else "")


def _unread(licence: Licence, rule: LicenceRule, version: str, text: str | None) -> str:
    if text is None:
        return f"the source has no {licence.file}"
    told = f"{licence.file} of {version} with sha256 {text}"
    return f"nobody has read the {told}; where it is {rule.name}, add it to the rule's texts"


def _problem(rule: LicenceRule, basis: LicenceBasis) -> str | None:
    """Return what is wrong with a basis under a rule that needs one."""
    if isinstance(basis, NoBasis):
        return "none is stated"
    if isinstance(basis, SmallDeployment) and basis.end_users > MOST_END_USERS:
        return f"{basis.end_users} end users are no small deployment"
    if isinstance(basis, WrittenPermission) and rule.permission_for == "contributors" and not basis.contributor:
        return "its written permission counts for official contributors alone"
    return None

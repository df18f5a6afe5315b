"""How far two reviewers agree, by category and overall; where they do not, the guideline is asked about, not people."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web import agreement as agreeing
from web.console import blueprint, figures, guideline
from web.console.access import allowed
from web.console.reviewing import names_of
from web.parts import parts

ROLES = ("reviewer", "lead", "releaser", "admin")
NAV = (("console.agreement", "一致", ROLES),)
REVISE = "この分類の手引きを見なおす時期です"
REVISE_ALL = "分け方の手引きを見なおす時期です。"


@blueprint.get("/agreement")
@allowed(*ROLES)
def agreement() -> ResponseReturnValue:
    """κ overall and by category, of the guideline as it is now; of all its versions while that has too few pairs."""
    version = guideline.read(parts().settings.hitorijanai_training_data / "LABELS.md").version
    opinions = parts().store.opinions
    found = opinions.pairs(guideline_version=version)
    all_versions = len(found) < agreeing.FEWEST
    pairs = [(pair.first, pair.second) for pair in (opinions.pairs() if all_versions else found)]
    return render_template(
        "console/agreement.html",
        overall=agreeing.overall(pairs),
        categories={label: agreeing.of_category(pairs, label) for label in figures.LABELS},
        alpha=agreeing.alpha(pairs),
        overall_bar=agreeing.OVERALL_BAR,
        category_bar=agreeing.CATEGORY_BAR,
        fewest=agreeing.FEWEST,
        revise=REVISE,
        revise_all=REVISE_ALL,
        version=version,
        all_versions=all_versions,
        names=names_of(parts().catalog),
    )

"""The words that hold a German sentence together and say nothing of what it is about."""

_WRITTEN = """
    der die das den dem des ein eine einen einem einer eines
    kein keine keinen keinem keiner keines
    ich du er sie es wir ihr mich dich sich mir dir ihm ihn ihnen uns euch man
    mein meine meinem meiner meines dein deine deinen deinem deiner deines
    sein seine seinen seinem seiner seines ihre ihren ihrem ihrer ihres
    unser unsere unseren unserem unserer unseres euer eure euren eurem eurer eures
    andere anderen anderem anderer anderes anders
    dies diese diesen diesem dieser dieses jene jenen jenem jener jenes
    jede jeden jedem jeder jedes alle allen allem aller alles
    wer wen wem wessen was welche welchen welchem welcher welches dessen deren denen
    solche solchen solchem solcher solches
    an am ans auf aufs aus außer bei beim bis durch durchs entlang für fürs gegen gemäß hinter in im ins mit nach
    neben ohne seit seitens statt anstatt trotz über übers um ums unter unters von vom vor vors wegen wider zu zum zur
    zwischen während
    und oder aber sondern denn doch sowie weder noch dass daß weil wenn ob obwohl als wie bevor nachdem indem damit
    nicht nichts auch nur schon so sehr eben immer wieder dann wann da hier dort wo
    ist sind war wäre wären bin bist seid gewesen
    habe haben hat hatte hatten hätte hätten gehabt
    werde werden wird wurde wurden geworden worden
    kann können konnte konnten könnte könnten darf dürfen durfte durften dürfte dürften
    muss muß müssen musste mußte mussten mußten müsste müßte müssten müßten
    soll sollen sollte sollten will wollen wollte wollten mag mögen mochte mochten möchte möchten
"""

FUNCTION_WORDS = frozenset(_WRITTEN.split())
"""Articles, pronouns, prepositions, conjunctions, auxiliaries and a few adverbs, in lower case.

Left out are forms that newspapers also write as nouns: `waren`, `würde`, `falls`, `wolle`, `dank`, `laut`.
"""

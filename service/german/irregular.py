"""Forms that the lexicon leaves alone because they could be another word, and that in a newspaper hardly ever are."""

from service.german.variants import variant_key

_PLURALS = """
    abdrücke=abdruck anhänge=anhang ausdrücke=ausdruck ausfälle=ausfall bäume=baum bestände=bestand blätter=blatt
    bände=band brüste=brust dämme=damm eindrücke=eindruck entwürfe=entwurf fächer=fach fälle=fall flöhe=floh
    gräber=grab gründe=grund grüße=gruß hänge=hang hüte=hut kämpfe=kampf klänge=klang knöpfe=knopf köpfe=kopf
    körner=korn kränze=kranz küsse=kuss löcher=loch löhne=lohn möpse=mops pfähle=pfahl plätze=platz räder=rad
    ränge=rang räume=raum schäden=schaden schränke=schrank schwänze=schwanz schwärme=schwarm ströme=strom
    stürme=sturm stürze=sturz sümpfe=sumpf töne=ton träume=traum türme=turm verbände=verband vögel=vogel
    vorhänge=vorhang wände=wand widerstände=widerstand wünsche=wunsch würfe=wurf zähne=zahn zäune=zaun
    zusammenhänge=zusammenhang zwänge=zwang äste=ast
"""
_VERBS = """
    aß=essen aßen=essen blies=blasen boten=bieten bot=bieten brach=brechen brachen=brechen drang=dringen
    durfte=dürfen floh=fliehen flossen=fließen fraß=fressen fraßen=fressen geboten=bieten gelang=gelingen
    geschossen=schießen gewann=gewinnen gewannen=gewinnen gossen=gießen griffen=greifen gruben=graben kamen=kommen
    lagen=liegen log=lügen logen=lügen riefen=rufen rissen=reißen ritt=reiten ritten=reiten roch=riechen
    rochen=riechen sang=singen sangen=singen schied=scheiden schlich=schleichen schlief=schlafen
    schliefen=schlafen schlossen=schließen schmiss=schmeißen schmissen=schmeißen schnitten=schneiden
    schoss=schießen schossen=schießen schrieb=schreiben schrieben=schreiben stahlen=stehlen strichen=streichen
    trank=trinken tranken=trinken trieb=treiben trieben=treiben trug=tragen trugen=tragen verloren=verlieren
    warf=werfen warfen=werfen wuchs=wachsen
"""
_NO_VERBS = "beamt=beamter gesamt=gesamt schloss=schloss"

LEMMA_OF: dict[str, str] = {
    variant_key(form): lemma
    for form, _, lemma in (pair.partition("=") for pair in (_PLURALS + _VERBS + _NO_VERBS).split())
}
"""The lemma for the variant key of each form. Left out are those that are as often nouns: *stand*, *riss*."""

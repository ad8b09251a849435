"""The most frequent function words of seven languages, case-folded; what many share counts for each of them."""

# ruff: noqa: SIM905  (a list of words is read and sorted more easily as running text)

from __future__ import annotations

STOP_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the of and to a in is that it for you was on are as with his they be at this have from or had by but not what "
        "all were we when your can said there each which she do how their if will up other about out many then them "
        "these so some her would make like him into has more no way could my than been who its now did get our just "
        "only also because most where after us".split()
    ),
    "de": frozenset(
        "der die das und in zu den mit von für auf ist im dem nicht ein eine als auch es an werden aus er hat dass sie "
        "nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch "
        "man sein wurde wenn sich des ihr wir ihre ihren uns unser unsere unseren ich du kann können was alle diese "
        "dieser sehr schon hier jetzt immer ohne gegen keine kein".split()
    ),
    "fr": frozenset(
        "le la les de des du et à en un une est que qui dans pour pas sur au par plus ne se ce il elle avec sont nous "
        "vous ils son sa ses leur leurs mais ou où cette ces aux comme tout tous votre vos notre nos été être avoir "
        "fait sans aussi très peut même entre après bien c'est d'une d'un qu'il".split()
    ),
    "es": frozenset(
        "el la los las de del y a en un una es que no por con para se su al lo como más o pero sus le ya este sí porque "
        "esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni "
        "contra otros ese eso ante ellos e esto mí antes algunos qué unos yo otro son está ser tiene".split()
    ),
    "it": frozenset(
        "il lo la i gli le di del della dei delle e a in un una è che non per con si su al come più ma anche da dal "
        "dalla nel nella sono ha questo questa loro ci se o suo sua tra quando molto senza tutti tutto essere stato "
        "hanno alla ai alle degli sulla noi voi nostro nostra vostro ogni dove chi perché".split()
    ),
    "nl": frozenset(
        "de het een van en in is dat op te met voor niet zijn aan er die als ook bij om maar uit dan door naar over of "
        "wordt was heeft tot worden deze meer dit hebben kan nog je we ze wij jij zij ons onze uw jouw hun geen wat "
        "wel zo al waar kunnen moet veel zonder tegen alle".split()
    ),
    "pt": frozenset(
        "o a os as de do da dos das e em um uma é que não por com para se no na nos nas ao mais mas como seu sua ou "
        "quando muito sem sobre também até isso ele ela entre depois mesmo aos seus quem já eu pelo pela são foi tem "
        "ser está você nós nosso nossa todos cada onde".split()
    ),
}

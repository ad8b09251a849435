r"""
Words that show what a sentence claims, per type of claim, in English and German.

Every entry is an RE2 pattern for whole words, compared without case; ``\pL*`` stands for any ending. A trigger that
overlaps an exception of its type does not count.
"""

from __future__ import annotations

from guardrails.signals.signal import ClaimType

_COMPARATIVES = (
    "faster|slower|better|worse|cheaper|lighter|heavier|stronger|longer|shorter|smaller|bigger|larger|higher|lower|"
    "quicker|easier|safer|cleaner|quieter|softer|smoother|thinner|thicker|fresher|healthier|brighter|warmer|cooler|"
    "smarter|simpler|richer|deeper|wider|tougher|later|earlier|fewer"
)
_VERGLEICHE = (
    "schneller|langsamer|besser|günstiger|billiger|leichter|stärker|länger|kürzer|kleiner|größer|höher|niedriger|"
    "einfacher|sicherer|sauberer|leiser|weicher|dünner|frischer|gesünder|heller|wärmer|schlauer|effizienter|robuster"
)
_TOP = (
    "fastest|cheapest|lightest|strongest|longest|smallest|biggest|largest|highest|lowest|quickest|easiest|safest|"
    "cleanest|quietest|softest|thinnest|brightest|smartest|simplest|purest|finest|newest|oldest|fewest|most \\pL+"
)
_HOECHSTE = (
    "(?:am )?(?:schnellst|günstigst|billigst|leichtest|stärkst|längst|kleinst|größt|höchst|niedrigst|einfachst|sicherst|"
    "sauberst|leisest|weichst|dünnst|hellst|reinst|beliebtest|meistverkauft|modernst|innovativst)(?:e|en|er|es)"
)
_SET = (
    "on the market|in the world|worldwide|in (?:the )?[\\pLA-Z][\\pL-]+|of (?:all|its|the|any)|on the planet|ever|"
    "in its class|in class|available|on earth"
)

TRIGGERS: dict[ClaimType, tuple[str, ...]] = {
    "superlative": (
        rf"the (?:\pL+[ -]){{0,2}}(?:{_TOP})",
        rf"(?:{_TOP}) (?:\pL+ ){{0,3}}(?:{_SET})",
        rf"(?:world|europe|germany|industry|britain|america|austria)(?:'s|’s)? (?:\pL+ )?(?:best|first|only|{_TOP})",
        rf"best (?:\pL+ ){{1,3}}(?:{_SET})|(?:are|is|be|was) the best (?:\pL+ ){{0,4}}(?:{_SET})|best-in-class|second to none",
        r"the only (?:\pL+[ -]){0,3}\pL+ (?:that|which|who|with|to|in|on|made|you)|the (?:world'?s|first and) only",
        (r"\pL+(?:'s|’s) (?:\pL+ )?leading|(?:market|world|industry)[ -]leading|the leading|leading (?:supplier|provider|"
        r"maker|manufacturer|platform|brand|installer|company|bank|school|name|expert\pL*)|market leader\pL*"),
        r"(?:no\.?|number|nr\.?) ?(?:1|one)(?: \pL+){0,2} (?:in|for|of|on|choice|brand|bank|app)|#1",
        (r"unrivall?ed|unmatched|unbeat(?:en|able)|unsurpassed|unparalleled|bestselling|best-selling|top-rated|"
        r"tops (?:this|the)|ranks? first|first place"),
        (r"no (?:other|one else) (?:\pL+ ){0,5}\pL+s|no \pL+ has ever \pL+|nobody (?:\pL+ ){0,2}(?:more|less|better|faster)|"
        r"nowhere (?:[\pL\d]+ ){0,9}(?:less|more|cheaper|better)"),
        rf"(?:der|die|das|den|dem|unser\pL*|europas|deutschlands|österreichs) (?:\pL+ ){{0,2}}(?:{_HOECHSTE}|best(?:e|en|er|es))",
        (r"nummer (?:1|eins)|marktführ\pL+|führende[rsnm]? \pL+|einzige[rsn]? \pL+, (?:der|die|das)|unschlagbar\pL*|"
        r"unübertroffen\pL*|konkurrenzlos\pL*|weltbeste\pL*|bestseller|der einzige|die einzige|das einzige"),
        r"(?:le|la|les) (?:meilleure?s?|plus \pL+) (?:du|de la|d['’])",
    ),
    "comparative": (
        rf"(?:{_COMPARATIVES}|more|less) (?:[\pL\d-]+ ){{0,5}}than",
        (rf"(?:now )?with (?:more|less|fewer) \pL+|(?:\d+x|\d+%|\d+ (?:percent|per cent|times)|[€£$]\d\S*|twice|times|even|now|much|far)"
        rf" (?:{_COMPARATIVES})"),
        r"(?:twice|\d+ times|half) as \pL+(?: \pL+)? as|as \pL+ as (?:a|an|any|the) (?:\pL+ )?(?:competitor|rival|conventional)\pL*",
        r"unlike (?:other|most|any|ordinary|conventional|traditional|our|the competition)\pL*(?: \pL+)?",
        (r"compared (?:with|to)|versus|vs\.?|outperform\pL*|beats? (?:the|every|all|any) (?:\pL+ )?(?:index|market|competition|rival\pL*)|"
        r"ahead of (?:the )?(?:competition|rivals)|than (?:its|our|the) predecessor|while (?:most|other) [^.!?]{1,60} ours|of what \pL+ charges?"),
        (rf"(?:{_VERGLEICHE}|mehr|weniger) (?:\pL+ ){{0,3}}als|doppelt so \pL+(?: wie)?|\pL+mal so \pL+(?: wie)?|"
        rf"(?:noch|deutlich|viel|prozent|fach|mal) (?:{_VERGLEICHE})"),
        (r"im (?:vergleich|gegensatz) zu[mr]?|gegenüber (?:dem|der) (?:vorgänger\pL*|wettbewerb\pL*|konkurrenz)|anders als (?:andere|die|herkömmliche)\pL*|"
        r"verglichen mit"),
        r"(?:plus|moins) \pL+ que",
    ),
    "guarantee": (
        (r"guarantee[ds]?|guaranteeing|risk[ -]free|fail[ -]?safe|foolproof|never (?:fails?|breaks?|lets?|loses?|misses?|"
        r"runs? out|stops?|fades?|\pL+(?:ed|s))|always (?:works?|pays?|delivers?|arrives?|on time|fresh|there|pay|get)|"
        r"we (?:always|never) \pL+"),
        (r"100 ?(?:%|percent|per cent) [\pL-]+|zero (?:\pL+ )?(?:risk|emissions?|errors?|downtime|side effects?|waste|worries|"
        r"effort|hassle|defects?|compromises?)|no risk|without (?:any )?risk|works for (?:everyone|every|all|anyone)\pL*"),
        (r"(?:completely|totally|absolutely|perfectly) (?:safe|secure|harmless|reliable)|every (?:\pL+ ){1,4}works(?: out)?|"
        r"in every case|without exception|price[ -](?:match|freeze|lock)\pL*|money[ -]back|or your money back|we promise|"
        r"no matter what|every time|once and for all|will (?:always|never) \pL+"),
        (r"garantier\pL*|garantiert\pL*|risikofrei\pL*|ohne risiko|100 ?(?:%|prozent) \pL+|nie wieder|immer (?:pünktlich|frisch|sicher)|"
        r"versprechen wir|wir versprechen|geld[- ]zurück\pL*|absolut (?:sicher|zuverlässig)\pL*|in jedem fall|ohne ausnahme|"
        r"funktioniert (?:immer|bei jedem|für alle)|null risiko|niemals \pL+|bedingungslos\pL*|ausfallsicher\pL*"),
        r"garantie?s?|sans risque",
    ),
    "health": (
        (r"(?:reduc|reliev|eas|sooth|calm|treat|prevent|cur|heal|boost|strengthen|support|improv|lower|fight|combat|regulat|"
        r"protect|restor|detoxif|aid|help)(?:e|es|s|ing|ed|ies)? (?:\pL+ ){0,4}(?:stress|anxiety|pain\pL*|headaches?|immun\pL+|"
        r"sleep|digestion|skin|wrinkles?|joints?|heart|cholesterol|blood \pL+|inflammation|acne|fatigue|depression|"
        r"wellbeing|well-being|health|hair|gut|muscles?|bones?|back|loneliness|asthma|allerg\pL+|eczema|redness|brain|memory|symptoms?)"),
        (r"gentle on (?:\pL+ )?(?:skin|stomach|eyes|teeth|scalp)|(?:for|on) (?:tired|sensitive|dry|irritated|aching|sore) \pL+|"
        r"anti-?(?:ageing|aging|inflammatory|bacterial|wrinkle)\pL*|hypoallergenic|healthy|healthier|immune \pL+|"
        r"high in (?:fibre|fiber|protein|vitamin\pL*|iron|omega\pL*)|low in (?:fat|sugar|salt|calories)|sugar-free|fat-free|"
        r"(?:less|no added|reduced) (?:sugar|salt|fat)|lose weight|weight loss|burns? fat|detox\pL*|sleep (?:like a baby|better|"
        r"through)|pain-free|wrinkle\pL*|asthma\pL*|loneliness|side effects?|smooth(?:s|er)? skin|plump\pL* skin|"
        r"vitality|well-?being|therapeutic|medicinal|take the load off|posture|probiotic\pL*|superfoods?|blemish\pL*|dark circles"),
        (r"(?:lindert?|heilt?|senkt?|stärkt?|beruhigt?|fördert?|verbessert?|hilft|helfen|schützt?|regt?|reduziert?|"
        r"vorbeugt?) (?:\pL+ ){0,5}(?:stress|schmerz\pL*|kopfschmerz\pL*|immun\pL+|schlaf|verdauung|haut|falten|gelenk\pL*|"
        r"herz|cholesterin\pL*|blut\pL*|entzündung\pL*|akne|müdigkeit|gesundheit|beschwerden|juckreiz)"),
        (r"(?:schmerz\pL*|beschwerden|juckreiz|stress|immunsystem|falten|verdauung|schlaf|haut) (?:\pL+ ){0,3}(?:lindern|heilen|stärken|"
        r"senken|beruhigen|verbessern|reduzieren|fördern)|gesund(?:e|er|es|en)?|gesünder|hautverträglich\pL*|sanft zur haut|"
        r"entzündungshemmend\pL*|antibakteriell\pL*|abnehmen|entgift\pL*|wohlbefinden|ballaststoff\pL*|"
        r"zuckerfrei\pL*|für (?:empfindliche|trockene|sensible) \pL+|stärkt (?:das|ihr|dein) immunsystem|heilend\pL*"),
    ),
    "environmental": (
        (r"eco-?friendly|ecological\pL*|environmentally[ -]friendly|environment-friendly|planet-friendly|climate[ -](?:neutral|"
        r"positive|friendly)|carbon[ -](?:neutral|free|negative|zero|footprint)|low-carbon|co2[ -](?:neutral|free)|net[ -]zero|"
        r"biodegrad\pL+|compostable|recycl(?:ed|able|es|ing)|upcycled|plastic[ -]free|no plastic|without plastic|"
        r"zero[ -](?:waste|emissions?|plastic)|(?:zero|no) (?:\pL+ )?emissions?|emission[ -]free|renewable\pL*|"
        r"plants? (?:a |one )?trees?|(?:\d[\d.,]*|thousands of|millions of|more|new) trees|greener|green (?:energy|power|electricity|choice|alternative|bank|investment)|"
        r"plant-(?:based|derived) (?:packag\pL+|bottle|material)|plant-derived|"
        r"sustainabl[ey](?: (?:sourced|made|produced|farmed|grown|materials?|packaging|fashion|choice|cotton|wood|fishing|products?))?|"
        r"hydropower|solar[ -]powered|wind[ -]powered|good for the (?:planet|environment)|kind(?:er)? to the (?:planet|earth)|"
        r"(?:lower|less|fewer|cut|reduces?|halves?) (?:\pL+ ){0,3}(?:emissions?|carbon|co2|waste|water use)|dissolves in (?:\pL+ )?(?:sink|water)|"
        r"deforestation|biodiversity|carbon offset\pL*|ocean[ -]bound|cruelty[ -]free and \pL+|saves? (?:the|our) planet|energy[ -](?:efficient|saving|efficiency)|low[ -]emissions?|clean (?:energy|power|electricity|fuel)|greenhouse gas\pL*|decarboni[sz]\pL+|"
        r"(?:environmental|climate|ecological) (?:benefits?|impact|footprint|protection|standards?)|green (?:bonds?|building\pL*|products?|hydrogen)|(?:more|most) sustainabl[ey]"),
        (r"umweltfreundlich\pL*|klimaneutral\pL*|klimafreundlich\pL*|klimapositiv\pL*|nachhaltig\pL*|co2[ -]?neutral\pL*|"
        r"biologisch abbaubar\pL*|kompostierbar\pL*|recycelt\pL*|recycelbar\pL*|plastikfrei\pL*|ohne plastik|emissionsfrei\pL*|"
        r"ökologisch\pL*|ökostrom|erneuerbar\pL*|ressourcenschonend\pL*|umweltschonend\pL*|grüne[rn]? (?:strom|energie)|"
        r"weniger (?:co2|emissionen|müll|plastik)|gut für (?:die umwelt|das klima|den planeten)"),
        r"écologique\pL*|durable|neutre en carbone",
    ),
    "price": (
        (r"[€£$] ?\d[\d.,]*\pL?|\d[\d.,]* ?(?:€|£|\$|eur|euros?|dollars?|pounds|chf)|for free|free (?:of charge|trial|shipping|delivery|"
        r"returns?|gift|month|upgrade|sample|account|entry|forever|postage|install\pL*)|"
        r"(?:is|are|it's|get|gets|stays?|ships?|completely|totally|travel|eat|go|come|comes) (?:\pL+ ){0,3}free|"
        r"\d+ ?% (?:off|discount|cheaper|finance|less to pay)|half[ -]price|discount\pL*|on sale|sale ends|"
        r"save (?:up to )?[€£$\d]\S*|cheaper|cheapest|lowest price\pL*|best price\pL*|price (?:match|freeze|promise|guarantee|cut|drop)\pL*|"
        r"prices? (?:from|start\pL*|drop\pL*|cut)|only today|today only|last chance|while (?:stocks?|supplies) lasts?|until the shelf is empty|"
        r"limited (?:offer|time|edition|stock)|(?:last|only) (?:\d+|few|two|three|five|ten) (?:seats?|places?|spots?|left|rooms?|tickets?)|"
        r"(?:only|just) (?:\d+|\pL+) left|offer (?:ends|valid)|no (?:\pL+ )?(?:fees?|charge|extra cost|hidden costs?)|costs? (?:\pL+ )?less|"
        r"affordable|buy one,? get one|two for|money[ -]back|of what \pL+ charges|voucher|cashback"),
        (r"kostenlos\pL*|gratis|kostenfrei\pL*|versandkostenfrei\pL*|rabatt\pL*|günstig\pL*|sparen sie|spare bis|spar\pL* (?:bis zu )?\d+\S*|"
        r"nur heute|nur noch \d+|solange (?:der )?vorrat|zum halben preis|halber preis|(?:preis)?nachl(?:ass|ässe)\pL*|ab \d[\d.,]* ?(?:€|euro)|sonderpreis|tiefpreis\pL*|bestpreis\pL*|"
        r"ohne aufpreis|preisgarantie|letzte chance|angebot endet|gebührenfrei\pL*"),
        r"gratuit\pL*|offerte? \pL+",
    ),
    "endorsement": (
        (r"(?:recommended|trusted|loved|used|chosen|approved|endorsed|praised|preferred|backed|worn|favou?red|relied on|tested) by "
        r"(?:\pL+ |[\d.,]+ ?\pL* ?){0,3}\pL+|(?:experts?|doctors|dermatologists|dentists|customers|users|critics|parents|guests|"
        r"readers|clients|professionals|athletes|patients|chefs|scientists|reviewers) (?:\pL+ )?(?:agree|recommend|love|trust|say|swear|choose|rave|prefer|rely|"
        r"would|tell|told|rate|rated|gave|keep)\pL*|our customers|happy customers|satisfied customers|word of mouth|customers? (?:call|said|write)\pL*|"
        r"(?:as )?(?:seen|featured|heard|spotted) (?:in|on)|scored? \d\S* by|\pL+ choose us|celebrity|fans|favourite of|favorite of|(?:sold|sells|selling) out|"
        r"\d[\d.,]* (?:happy |satisfied )?(?:customers|users|teams|members|subscribers|guests|reviews|downloads|companies)|"
        r"rated (?:\pL+ ){0,3}by|join (?:over |more than )?\d[\d.,]*|testimonials?|our patients|most-loved|best-loved|bestseller"),
        (r"[\"”“’'»],? (?:says|said|wrote|writes|reports|tells us|told us|somebody wrote|raves|recalls|sagt|schreibt|schrieb|meint|berichtet) \S+|"
        r"[\"”“’'»],? \pL+ (?:wrote|says|said|told us|reports|writes)|trusted|word-of-mouth"),
        (r"(?:empfohlen|geschätzt|geliebt|genutzt|getestet) von|von (?:ärzten|experten|dermatologen|hebammen|kunden|profis|zahnärzten) (?:\pL+ )?empfohlen|"
        r"(?:kunden|experten|ärzte|nutzer) (?:\pL+ )?(?:vertrauen|empfehlen|lieben|schwören|sagen)|vertrauen (?:auf )?uns|"
        r"zufriedene[nr]? kunden|bekannt aus|unsere kunden|\d[\d.]* (?:zufriedene )?(?:kunden|nutzer|unternehmen|teams|mitglieder)|weiterempfehl\pL+"),
    ),
    "scientific": (
        (r"(?:clinically|scientifically|dermatologically|medically|laboratory|lab|independently)[ -](?:proven|tested|validated|studied|backed)|"
        r"proven|stud(?:y|ies) (?:\pL+ ){0,2}(?:shows?|showed|finds?|found|proves?|confirms?|suggests?|published|backs?)|"
        r"research(?:ers)? (?:\pL+ )?(?:shows?|showed|finds?|found|proves?|confirms?|suggests?)|(?:a|an|the|our|new|recent|independent|clinical|follow-up) "
        r"(?:\pL+ )?(?:study|survey|trial|poll|experiment|evaluation)|science[ -](?:backed|based)|backed by (?:data|science|research|evidence|\pL+ studies)|"
        r"evidence-based|clinical (?:trials?|studies|evidence|tests?)|according to (?:a|an|the|research) (?:\pL+ )?(?:study|survey|report|research)|"
        r"lab[ -]tests?|(?:third-party|independently|lab|crash|back|field|wind-tunnel|laboratory)[ -]tested|tested (?:for|on|in|by|to|against|under)|"
        r"in (?:our )?(?:\pL+ )?tests?|in (?:\pL+ )?testing|in (?:a|the|our|one) (?:\pL+ ){0,2}(?:survey|trial|study|test)|measured (?:by|in|at)|peer-reviewed|"
        r"scientists|(?:we|they) (?:interviewed|surveyed|polled)|data shows?|university researchers|patented|"
        r"laboratory (?:tests?|testing|trials?|studies|results?|data|conditions|measurements?|analys[ei]s|values?|proof)|"
        r"(?:independent|accredited|external|certified|third-party|university|test|testing) laborator(?:y|ies)|"
        r"(?:tested|measured|confirmed|proven|verified|checked|analy[sz]ed|examined|certified|validated|studied|found) (?:\pL+ ){0,5}laborator(?:y|ies)|"
        r"laborator(?:y|ies)(?: \pL+){0,3} (?:confirm|test|show|measure|found|find|prove|verif|certif|report|record|check)\pL*"),
        (r"(?:klinisch|wissenschaftlich|dermatologisch|medizinisch) (?:erwiesen|getestet|bestätigt|belegt|geprüft|bewiesen)\pL*|"
        r"studien? (?:\pL+ )?(?:zeig|beleg|beweis|bestätig)\pL*|(?:eine|laut|einer|neue|unabhängige) (?:\pL+ )?(?:studie|umfrage|untersuchung)|erwiesenermaßen|nachweislich\pL*|"
        r"forscher\pL*|laborgeprüft\pL*|wissenschaftlich fundiert\pL*|im (?:labor)?test|evidenzbasiert\pL*"),
    ),
    "future": (
        (r"will (?:soon |never |one day )?(?:become|be able|transform|change|double|triple|revolutioni[sz]e|save|grow|replace|reach|make you|"
        r"increase|boost|cut|reduce|feel|look|sleep|love|notice|see results|have (?:no|more|doubled)|disappear|define|lead|drive|reshape|"
        r"rise|fall|pay|improve|launch|introduce|add|move|vanish)|won't (?:vanish|need|be)|'ll (?:never|soon|feel|love|notice|save|see|mix|wonder)|"
        r"by (?:20[2-9]\d|next (?:year|summer|spring|winter|autumn|fall))|within (?:the next )?\w+ (?:years|decades)|in (?:a few|five|ten|the next|the coming) (?:\pL+ )?(?:years|decades|months)|"
        r"(?:years|decades|months) from now|the future (?:of|belongs|is)|next generation of|(?:is|are) (?:about|set|poised|going|bound|expected) to|"
        r"expects? (?:\pL+ ){0,4}to|plans? to|coming soon|of tomorrow|(?:we|analysts|experts|economists) (?:forecast|predict)\pL*|we aim to|is on track to"),
        (r"wird (?:\pL+ ){0,6}(?:verändern|verdoppeln|werden|ersetzen|wachsen|steigen|sinken|revolutionieren|erreichen|sparen)|werden (?:\pL+ ){0,6}(?:verändern|"
        r"verdoppeln|ersetzen|erreichen|revolutionieren|sparen)|bis (?:ende )?20[2-9]\d|in zukunft|in (?:wenigen|fünf|zehn|den nächsten) jahren|"
        r"die zukunft (?:der|des|gehört|ist)|demnächst|künftig\pL*|voraussichtlich"),
    ),
    "origin": (
        (r"(?:made|built|brewed|crafted|grown|produced|manufactured|designed|assembled|woven|welded|sewn|baked|roasted|bottled|"
        r"farmed|harvested|raised|underwritten|stitched|distilled|knitted|printed|cured|spun|forged|blended|stirred|cut|poured|sourced) "
        r"(?:\pL+ ){0,3}(?:in|by|from|at)"),
        (r"hand-?(?:made|poured|crafted|stitched|sewn|cut|stirred|picked|painted|finished|woven|rolled|blown|built)|home-?made|"
        r"(?:100 ?% )?(?:all[ -])?natural(?:ly)? (?:ingredients?|product|origin|sourced|cosmetics|materials?|fibres?|oils?|wool|soap)|all[ -]natural|100 ?% (?:natural|organic|cotton|wool)|"
        r"organic(?:ally)?|authentic|family[ -](?:run|owned|business|made)|locally (?:sourced|made|grown|produced)|artisan\pL*|plant-(?:based|derived)|recycled \pL+|"
        r"comes? from (?:\pL+ ){0,2}(?:farms?|family|growers|[\pL]+ valley)|traditional recipe|single-origin|free-range|wild-caught|swiss-made|german engineering|vegan"),
        (r"made in germany|hergestellt in|handgemacht\pL*|handgefertigt\pL*|von hand|aus (?:eigener herstellung|der region|biologischem anbau|"
        r"kontrolliertem anbau|deutschland|österreich|recycelt\pL*|natürlich\pL* \pL+)|regional (?:angebaut|erzeugt|hergestellt|produziert)\pL*|natürlich\pL* (?:inhaltsstoffe\pL*|zutaten|ursprung\pL*)|bio-\pL+|"
        r"familienbetrieb|familiengeführt\pL*|authentisch\pL*|rein natürlich|100 ?% (?:natürlich|bio|baumwolle|naturrein)"),
        r"fabriqué\pL* en|fait main|biologique",
    ),
    "award": (
        (r"award[ -]winn\pL+|winner of|won (?:\pL+ ){0,3}(?:award|prize|medal|gold|silver|bronze)\pL*|took (?:gold|silver|bronze)|"
        r"\pL+ awards?:|awards? \d{4}|(?:\pL+ )?of the year|\d(?:[.,]\d)? (?:out of 5|stars?|/ ?5)|(?:five|four|three|two)[ -]stars?|"
        r"iso ?\d{4,5}|(?:vegan|organic|fairtrade|b corp|iso|tüv|ce|third-party|independently)?[ -]?certified|certification|certificate of (?:excellence|quality)|(?:cruelty-free|quality|"
        r"approval|organic) seal|seal of|accredited|test winner|ranked|ranking|rated (?:\pL+ )?\d|fairtrade|fair trade|red dot|trustpilot|"
        r"b corp|top-rated|tops (?:this|the) \pL+|named (?:\pL+ ){0,6}of the year|jury|shortlisted|(?:gold|silver|bronze) medal|medallist|\pL+ (?:prize|award)s?|voted"),
        (r"ausgezeichnet\pL*|preisgekrönt\pL*|testsieger\pL*|stiftung warentest|zertifiziert\pL*|gütesiegel|tüv\pL*|(?:produkt|marke|arbeitgeber) des jahres|"
        r"gewinner des|auszeichnung\pL*|\d(?:[.,]\d)? (?:von 5 )?sterne\pL*|bio-siegel|prämiert\pL*"),
    ),
}  # fmt: skip

EXCEPTIONS: dict[ClaimType, tuple[str, ...]] = {
    "superlative": (
        (r"the \pL+ (?:setting|step|stage|gear|notch)s?|(?:der|die|das) niedrigsten? (?:stufe|einstellung)|"
        r"am besten (?:am|im|in|an|auf|vor|nach|mit|bei|zu|morgens|abends|gleich|sofort|sie|du|wir|ihr|heute)|"
        r"the best (?:bit|part|day|way|thing|time|of)|all the best|best (?:practices?|before|wishes|regards|friends?)|at (?:the )?most|most of|"
        r"the (?:latest|newest|next|most) (?:of|important)|the only (?:thing|way|question)|platform no\.? ?\d"),
    ),
    "comparative": (r"more than (?:happy|welcome|a few|just|ever|\d\S*|half|\pL+ (?:years|customers|people))|more or less|no more than|less than \d\S*|rather than|other than|sooner than later",),
    "guarantee": (
        (r"not guaranteed|no guarantees?|guarantee (?:terms|cards?|period|conditions|isn't|is not)|(?:\d+|one|two|three|five|ten)[ -]years? (?:\pL+ )?guarantee|"
        r"nothing is guaranteed|a guarantee is|(?:\d+|zwei|drei|fünf) jahre garantie|garantiebedingungen"),
    ),
    "health": (r"healthy (?:growth|margin|competition|debate)|public health|health insurance|gesunde (?:finanzen|bilanz)|back (?:to|in|from|up)",),
    "environmental": (r"sustainable (?:growth|business model|success)|nachhaltig(?:es|er|e)? (?:wachstum|erfolg)|green season",),
    "price": (
        (r"(?:gluten|sugar|dairy|alcohol|cruelty|plastic|lactose|fat|stress|risk|hassle|pain|hands|worry)[ -]free|feel free|free to|set (?:\pL+ )?free|free (?:time|will|speech|spirit|range)|"
        r"(?:is|are|you're) free (?:from|of|to)"),
    ),
    "endorsement": (r"our customers (?:can|may|should|will|must)|(?:tested|used) by (?:hand|default|the)",),
    "scientific": (r"case study|proven (?:oven|dough)|the science of|study (?:abroad|guide|room|trip)|(?:feasibility|home) study|test (?:your|the)",),
    "future": (r"(?:is|are) set to (?:a|an|the|\d\S*|cool|warm|high|low)|you will receive|we will be at|will be (?:closed|open)|will open at|by 20\d\d(?: \pL+)? (?:terms|edition)|plan to bring",),
    "origin": (r"organic (?:growth|traffic|reach|search)|authentic (?:leadership|voice)|natural (?:history|beige|language|gas|choice)|(?:made|cut|designed) (?:up|out|for|easy)",),
    "award": (
        (r"(?:start|beginning|middle|end|rest|remainder|turn|close|course|half|quarters?|third|months?|weeks?|weekends?|days?|"
        r"nights?|evenings?|hours|times?|seasons?|parts?|part|most|much|all|out|late|early|because) of the year"),
        r"award (?:flights?|ceremony|season|night|criteria)|certificate of (?:attendance|birth)|insurance certificate|prize draw|winner of the (?:prize )?draw|certified (?:translation|copy)",
    ),
}  # fmt: skip

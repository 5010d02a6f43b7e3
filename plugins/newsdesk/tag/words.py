"""Small word lists of English names; the large ones are in `data/`."""

# ruff: noqa: SIM905  a list of words is read as a line of words

PARTICLES = frozenset(
    "al bin ibn bint abu de da do das dos del della di du van von der den ter ten zu la le el ben ould y e "
    "ap ab af av dei degli des los las".split()
)
CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december today yesterday tomorrow".split()
)
FUNCTION_WORDS = frozenset(
    "a about after all also an and any are as at be because been before being both but by can could did do does each even every few "
    "for from "
    "had has have he her here his how i if in into is it its just like many may might more most much must my never no nor not now of "
    "off on "
    "once one only or other our out over own same shall she should since so some still such than that the their them then there these they "
    "this those though through to too under until up us very was we were what when where which while who whom whose why will with would "
    "yes yet you your says said according however meanwhile despite during today yesterday tomorrow mr mrs ms dr".split()
)
REGNAL = frozenset("pope king queen prince princess emperor empress sheikh sultan emir saint mother brother sister crown".split())
NO_NAMES = frozenset(
    "am pm bst gmt utc est edt pst pdt cst cdt cet cest ist jst atm mp mps msp mep meps ceo cfo coo dna rna ptsd hiv aids tv phd "
    "gdp ai it pr hq covid cv pdf pe obe mbe cbe faq id url lgbt lgbtq pin sms ufo vip vat ad bc km kg ok usd eur gbp".split()
)
STARTS_ORGANIZATION = frozenset(
    "university bank ministry department radio court college institute hospital office embassy church federation union".split()
)
SMALL_WORDS = frozenset("of the and for in on to de la del des du et y und für".split())
US_ABBREVIATIONS = {
    **{
        code.lower(): code
        for code in "AL AK AZ AR CA CO CT FL GA IA IL KS KY LA MA MD MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN "
        "TX UT VA VT WA WI WV WY".split()
    },
    "ala": "AL", "ariz": "AZ", "ark": "AR", "calif": "CA", "colo": "CO", "conn": "CT", "fla": "FL", "ill": "IL", "ind": "IN", "kan": "KS",
    "mass": "MA", "md": "MD", "mich": "MI", "minn": "MN", "miss": "MS", "mo": "MO", "neb": "NE", "nev": "NV", "okla": "OK", "ore": "OR",
    "tenn": "TN", "tex": "TX", "va": "VA", "wash": "WA", "wis": "WI", "dc": "DC",
}  # fmt: skip

"""Common words in passwords that zxcvbn's English word lists lack or rank too low."""

# Words for passwords and access, greetings, and typical initial passwords.
_ACCESS = (
    "password passwort passwd passphrase passcode kennwort motdepasse contrasena senha parola wachtwoord "
    "losenord salasana heslo haslo jelszo sifre passord adgangskode katasandi matkhau mima пароль парола "
    "лозинка κωδικος welcome willkommen bienvenue bienvenido bienvenida bemvindo benvenuto welkom velkommen "
    "valkommen tervetuloa witamy witaj vitejte hosgeldin hosgeldiniz добропожаловать hello hallo bonjour "
    "buongiorno buenosdias gutentag gutenmorgen ahoj czesc merhaba привет здравствуйте letmein opensesame "
    "changeme changeit login logon signin admin administrator администратор админ root user guest test "
    "testing temp temporary default secret secreto segreto segredo geheim geheimnis hemligt tajne access "
    "account master system company firma team start qwerty azerty qwertz iloveyou ichliebedich ichliebdich "
    "tiamo teamo tequiero jetaime любовь ялюблютебя woaini aishiteru starwars portal"
)
_SEASONS = (
    "spring summer autumn fall winter fruhling fruehling fruhjahr sommer herbst printemps automne hiver "
    "primavera verano otono invierno estate autunno inverno verao outono lente zomer herfst весна лето "
    "осень зима літо осінь var sommar host vinter forar efterar kevat kesa syksy talvi wiosna lato jesien "
    "zima jaro leto podzim ilkbahar yaz sonbahar kis tavasz nyar osz tel primavara vara toamna iarna"
)
_MONTHS = (
    "january february march april june july august september october november december januar februar "
    "maerz marz juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre "
    "novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre januari februari "
    "maart augustus janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro январь "
    "февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь styczen luty marzec kwiecien "
    "maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien leden unor brezen duben kveten "
    "cerven cervenec srpen zari rijen prosinec ocak subat mart nisan mayis haziran temmuz agustos eylul "
    "ekim kasim aralik desember tammikuu helmikuu maaliskuu huhtikuu toukokuu kesakuu heinakuu elokuu "
    "syyskuu lokakuu marraskuu joulukuu"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves "
    "viernes sabado domingo lunedi martedi mercoledi giovedi venerdi domenica maandag dinsdag woensdag "
    "donderdag vrijdag zaterdag zondag понедельник вторник среда четверг пятница суббота воскресенье "
    "poniedzialek wtorek sroda czwartek piatek sobota niedziela"
)

WORDS = frozenset(f"{_ACCESS} {_SEASONS} {_MONTHS} {_DAYS}".split())
# Words that add no strength around the others, as in `my password` or `this is the company login`.
_FILLERS = "my your our the this is it a an to of in for at and with me mein meine das ist mon ma"
FILLERS = frozenset(_FILLERS.split())

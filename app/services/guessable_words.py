"""Words that a guesser of passwords starts with, and that zxcvbn's English lists leave out or rank low."""

# What people call a password, a way in, or a first password that an administrator hands out.
_ACCESS = (
    "password passwort passwd passphrase passcode kennwort motdepasse contrasena senha parola wachtwoord "
    "losenord salasana heslo haslo пароль welcome willkommen bienvenue bienvenido benvenuto welkom hello "
    "hallo bonjour letmein changeme changeit login logon signin admin administrator root user guest test "
    "testing temp temporary default secret geheim access account master system company firma team start "
    "qwerty azerty qwertz iloveyou starwars portal"
)
_SEASONS = (
    "spring summer autumn fall winter fruhling fruehling fruhjahr sommer herbst printemps automne hiver "
    "primavera verano otono invierno estate autunno inverno verao outono lente zomer herfst весна лето "
    "осень зима"
)
_MONTHS = (
    "january february march april june july august september october november december januar februar "
    "maerz marz juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre "
    "novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre januari februari "
    "maart augustus"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves "
    "viernes sabado domingo"
)

WORDS = frozenset(f"{_ACCESS} {_SEASONS} {_MONTHS} {_DAYS}".split())
# Words that are put around the others and add nothing: `my password`, `this is the company login`.
_FILLERS = "my your our the this is it a an to of in for at and with me mein meine das ist mon ma"
FILLERS = frozenset(_FILLERS.split())

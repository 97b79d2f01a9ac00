using System.Globalization;
using NodaTime;

namespace Tollgate.Host.Demo;

/// <summary>What a demo subscriber buys; decides offers and habits.</summary>
internal enum DemoSegment
{
    Postpaid,
    Prepaid,
    Hybrid,
    Broadband,
    Business,
}

/// <summary>One made-up customer with one account and one service.</summary>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Name">Person or company.</param>
/// <param name="Organisation">A company.</param>
/// <param name="Street">Street and house number.</param>
/// <param name="Postcode">Postal code.</param>
/// <param name="City">Town.</param>
/// <param name="Segment">What kind of subscriber.</param>
/// <param name="Offer">Offer code.</param>
/// <param name="Identity">Telephone number (E.164 digits) or access user name.</param>
/// <param name="CycleDay">Bill cycle, 1–31.</param>
/// <param name="OpenedOn">First billed day.</param>
/// <param name="Activity">How much is used, in percent of the usual; 0: nothing.</param>
/// <param name="DirectDebit">Pays by direct debit.</param>
/// <param name="German">Wants bills in German.</param>
internal sealed record DemoSubscriber(
    int Number, string Name, bool Organisation, string Street, string Postcode, string City, DemoSegment Segment, string Offer,
    string Identity, int CycleDay, LocalDate OpenedOn, int Activity, bool DirectDebit, bool German)
{
    internal string CustomerKey => string.Create(CultureInfo.InvariantCulture, $"C{Number:00000}");

    internal string AccountKey => string.Create(CultureInfo.InvariantCulture, $"A{Number:00000}");

    /// <summary>Made up, with the check digits of a German bank account.</summary>
    internal string Iban
    {
        get
        {
            var account = string.Create(CultureInfo.InvariantCulture, $"99999999{Number:0000000000}");
            // D = 13, E = 14, check digits 00 (ISO 13616).
            var rest = (account + "131400").Aggregate(0, (rest, digit) => (rest * 10 + (digit - '0')) % 97);
            return string.Create(CultureInfo.InvariantCulture, $"DE{98 - rest:00}{account}");
        }
    }

    internal string UserMail => string.Create(CultureInfo.InvariantCulture, $"c{Number:00000}@mail.example");
}

/// <summary>Makes up customers. Names are combined at random from common ones of the languages spoken in the operator's
/// country.</summary>
internal sealed class DemoPeople(DemoRandom random)
{
    private static readonly LocalDate FirstSignUp = new(2026, 9, 1);

    private static readonly (string[] Given, string[] Family)[] Languages =
    [
        (["Anna", "Jürgen", "Björn", "Käthe", "Friederike", "Matthias", "Sören", "Heike"],
            ["Müller", "Schröder", "Weiß", "Köhler", "Großmann", "Jäger", "Strauß", "Hübner"]),
        (["Łukasz", "Małgorzata", "Grzegorz", "Żaneta", "Świętosława", "Paweł"],
            ["Wójcik", "Dąbrowski", "Świątek", "Żółkiewski", "Kończak", "Łęcki"]),
        (["Gülşen", "İbrahim", "Çağla", "Ömer", "Şükrü", "Işıl"], ["Yılmaz", "Öztürk", "Çelik", "Şahin", "Güneş", "Dağ"]),
        (["Александра", "Дмитрий", "Наталья", "Юрий", "Олександр", "Ярослава"],
            ["Иванова", "Щербаков", "Кузнецова", "Жуков", "Шевченко", "Коваленко"]),
        (["Αλέξανδρος", "Ελένη", "Γιώργος", "Δέσποινα", "Χρήστος"],
            ["Παπαδόπουλος", "Γεωργίου", "Νικολαΐδης", "Ψαρρά", "Οικονόμου"]),
        (["Mary", "John", "Aoife", "Owen", "Grace"], ["Smith", "O’Connor", "Taylor", "Evans", "Walsh"]),
    ];

    private static readonly string[] Companies =
        ["Hansen Logistik", "Café Zwölf", "Bäckerei Grün", "Nordlicht IT", "Praxis Dr. Özdemir", "Kanzlei Voß & Partner",
            "Elbe Taxi"];

    private static readonly (string City, string Postcode)[] Cities =
        [("Hamburg", "20095"), ("Kiel", "24103"), ("Lübeck", "23552"), ("Bremen", "28195"), ("Rostock", "18055"),
            ("Flensburg", "24937")];

    private static readonly string[] Streets =
        ["Hafenstraße", "Deichweg", "Möwengasse", "Lindenallee", "Am Markt", "Königstraße"];

    private static readonly int[] SegmentWeights = [44, 18, 8, 22, 8];
    private static readonly int[] LanguageWeights = [52, 12, 12, 9, 6, 9];

    /// <summary>This many customers, on all 31 cycles; the first of the month has some more than its share.</summary>
    internal List<DemoSubscriber> Make(int count) => [.. Enumerable.Range(1, count).Select(One)];

    private DemoSubscriber One(int number)
    {
        var segment = (DemoSegment)random.Weighted(SegmentWeights);
        var (city, postcode) = random.Pick(Cities);
        var cycle = number % 20 == 0 ? 1 : 1 + (number % 31);
        var opened = FirstSignUp.PlusDays(random.Chance(80) ? random.Next(30) : 30 + random.Next(19));
        return new DemoSubscriber(
            number, Name(segment), segment == DemoSegment.Business,
            string.Create(CultureInfo.InvariantCulture, $"{random.Pick(Streets)} {random.Between(1, 120)}"), postcode, city,
            segment, DemoOffers.Pick(segment, random), Identity(segment, number), cycle, opened,
            random.Chance(12) ? 0 : random.Between(40, 180), random.Chance(45), random.Chance(60));
    }

    private string Name(DemoSegment segment)
    {
        if (segment == DemoSegment.Business)
        {
            return random.Pick(Companies) + " GmbH";
        }
        var (given, family) = Languages[random.Weighted(LanguageWeights)];
        return $"{random.Pick(given)} {random.Pick(family)}";
    }

    private static string Identity(DemoSegment segment, int number) => segment switch
    {
        DemoSegment.Broadband => string.Create(CultureInfo.InvariantCulture, $"nw{number:000000}@nordwind.example"),
        DemoSegment.Business => string.Create(CultureInfo.InvariantCulture, $"494055{number:000000}"),
        DemoSegment.Postpaid or DemoSegment.Prepaid or DemoSegment.Hybrid =>
            string.Create(CultureInfo.InvariantCulture, $"4915200{number:000000}"),
        _ => throw new ArgumentOutOfRangeException(nameof(segment)),
    };
}

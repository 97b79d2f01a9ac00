using System.Globalization;
using System.Text;
using NodaTime;

namespace Tollgate.Host.Demo;

/// <summary>Writes the made-up customers as the CSV files of bulk onboarding (docs/reference/onboarding.md).</summary>
internal static class DemoOnboarding
{
    internal const string Seller = "nordwind";

    internal static void Write(string folder, IReadOnlyList<DemoSubscriber> subscribers, DemoRandom random)
    {
        Directory.CreateDirectory(folder);
        Save(folder, "customers.csv", "customer_key,name,seller,organisation,email,street,postcode,city,country",
            subscribers.Select(one =>
            Row(one.CustomerKey, one.Name, Seller, one.Organisation ? "yes" : "no", one.UserMail, one.Street, one.Postcode,
                one.City, "DE")));
        Save(folder, "accounts.csv",
            "account_key,customer_key,currency,cycle_day,time_zone,language,tax_country,terms_days,payment_method,opened_on,"
                + "iban,mandate,mandate_on",
            subscribers.Select(one => Row(
                one.AccountKey, one.CustomerKey, "EUR", Text(one.CycleDay), "Europe/Berlin", one.German ? "de" : "en", "DE", "14",
                one.DirectDebit ? "direct-debit" : "transfer", Text(one.OpenedOn),
                one.DirectDebit ? one.Iban : "", one.DirectDebit ? "M-" + one.AccountKey : "",
                one.DirectDebit ? Text(one.OpenedOn) : "")));
        Save(folder, "services.csv", "account_key,offer,start_date,service_key,base_service_key,identity_kind,identity,quantity",
            subscribers.SelectMany(one => Services(one, random)));
        Save(folder, "balances.csv", "account_key,unit,amount", subscribers
            .Where(one => one.Segment is DemoSegment.Prepaid or DemoSegment.Hybrid)
            .Select(one => Row(one.AccountKey, "EUR", Text(random.Pick([5, 10, 15, 25, 50])))));
    }

    /// <summary>The service, and for some an add-on that hangs on it.</summary>
    private static IEnumerable<string> Services(DemoSubscriber one, DemoRandom random)
    {
        var key = "S" + one.CustomerKey[1..];
        yield return Row(
            one.AccountKey, one.Offer, Text(one.OpenedOn), key, "", one.Segment == DemoSegment.Broadband ? "user-name" : "msisdn",
            one.Identity,
            one.Segment == DemoSegment.Business ? Text(random.Between(2, 12)) : "1");
        if (one.Segment == DemoSegment.Postpaid && random.Chance(15))
        {
            var start = Text(one.OpenedOn.PlusDays(random.Next(20)));
            yield return Row(one.AccountKey, "extra-data", start, key + "-data", key, "", "", "1");
        }
    }

    private static void Save(string folder, string name, string header, IEnumerable<string> rows) =>
        File.WriteAllText(Path.Combine(folder, name), header + "\n" + string.Concat(rows.Select(row => row + "\n")),
            new UTF8Encoding(false));

    private static string Row(params string[] fields) => string.Join(',', fields.Select(field =>
        field.AsSpan().IndexOfAny(",\"\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}

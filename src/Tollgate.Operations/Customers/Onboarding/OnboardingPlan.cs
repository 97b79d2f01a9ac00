using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>A customer as the files describe it, with everything that hangs on it.</summary>
internal sealed class PlannedCustomer(NewCustomer customer, string sellerCode, int line)
{
    internal NewCustomer Customer { get; } = customer;
    internal string SellerCode { get; } = sellerCode;

    /// <summary>In customers.csv.</summary>
    internal int Line { get; } = line;
    internal List<PlannedAccount> Accounts { get; } = [];

    /// <summary>Something about it or its accounts is wrong; it is not written.</summary>
    internal bool Faulty { get; set; }

    internal string Key => Customer.ExternalKey;

    /// <summary>What its own line and the list of its accounts say.</summary>
    internal Fingerprint Content() =>
        Customer.Fingerprint(SellerCode)
            .Add("accounts", string.Join('\n', Accounts.Select(account => account.Key).Order(StringComparer.Ordinal)));
}

/// <summary>An account of a planned customer.</summary>
internal sealed class PlannedAccount(PlannedCustomer owner, NewAccount account, int line)
{
    internal PlannedCustomer Owner { get; } = owner;
    internal NewAccount Account { get; set; } = account;
    internal int Line { get; } = line;

    /// <summary>The account with the seller's and the party's defaults; set when it is judged.</summary>
    internal NewAccount Complete { get; set; } = account;

    /// <summary>Line of its balance in balances.csv; 0: it has none.</summary>
    internal int BalanceLine { get; set; }
    internal List<PlannedService> Services { get; } = [];

    internal string Key => Account.ExternalKey;

    /// <summary>What its lines in all files say.</summary>
    internal Fingerprint Content() =>
        Account.Fingerprint(Owner.Key).Add("services", string.Join('\n', Services.Select(service => service.ToString())));
}

/// <summary>A subscription of a planned account.</summary>
internal sealed class PlannedService(string key, string baseKey, string offer, int quantity, LocalDate start, int line)
{
    /// <summary>The operator's own key, or empty.</summary>
    internal string Key { get; } = key;

    /// <summary>Key of the service that this add-on hangs on, or empty.</summary>
    internal string BaseKey { get; } = baseKey;
    internal string Offer { get; } = offer;
    internal int Quantity { get; } = quantity;

    /// <summary>First day, in the account's zone.</summary>
    internal LocalDate Start { get; } = start;
    internal int Line { get; } = line;
    internal List<ServiceIdentity> Identities { get; } = [];

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Key}|{BaseKey}|{Offer}|{Quantity}|{Start:uuuu-MM-dd}|{string.Join(',', Identities)}");
}

using NodaTime;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>What to do with usage beyond a credit limit.</summary>
public enum BeyondCredit
{
    /// <summary>As the account says: charge it with a note and an alert, or hold it. Usage in files has happened already. The
    /// default.</summary>
    AsAccount,
    /// <summary>Nothing is looked at: what is charged again was charged before.</summary>
    Ignore,
    /// <summary>Refuse, and say how much would have been allowed: usage that is asked for.</summary>
    Refuse,
}

/// <summary>The credit limit of an account: usage may take what money pockets hold and the limit, less what is owed.</summary>
/// <param name="limit">Stored steps.</param>
/// <param name="holds">Usage in files beyond it is held.</param>
internal sealed class CreditState(Unit currency, long limit, bool holds, long owed)
{
    /// <summary>The word of <c>billing_account.beyond_credit</c> for <see cref="Holds"/>.</summary>
    internal const string HoldWord = "hold";

    internal bool Holds => holds;

    /// <summary>Issued and not paid, and usage that is not issued yet, in stored steps.</summary>
    internal long Owed { get; private set; } = owed;

    /// <summary>What usage at a time may take, in stored steps; below 0: nothing.</summary>
    internal long Room(IEnumerable<Pocket> money, Instant at)
    {
        var room = (Int128)limit - Owed;
        foreach (var pocket in money)
        {
            room += pocket.ValidFrom <= at && at < pocket.ValidTo ? pocket.Balance : 0;
        }
        return (long)Int128.Clamp(room, long.MinValue, long.MaxValue);
    }

    /// <summary>Adds what usage owes beyond what money pockets paid.</summary>
    internal void Owe(in RatedUsage rated) => Owed += rated.Amount - rated.FromMoney;

    /// <summary>An amount in words.</summary>
    internal string Show(long steps) => Money.FromStorage(Math.Max(0, steps), currency).ToString();
}

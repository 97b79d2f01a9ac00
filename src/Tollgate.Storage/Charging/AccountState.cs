namespace Tollgate.Storage.Charging;

/// <summary>A billing account.</summary>
internal sealed class AccountState(CustomerState customer, long id, string currency, BillCalendar calendar)
{
    internal CustomerState Customer { get; } = customer;

    internal long Id { get; } = id;

    internal string Currency { get; } = currency;

    internal BillCalendar Calendar { get; } = calendar;

    /// <summary>The open bill slot.</summary>
    internal int SlotNo { get; set; }

    /// <summary>False: the slot must be stored with the first charge.</summary>
    internal bool SlotStored { get; set; }

    /// <summary>Null: the account has no credit limit.</summary>
    internal CreditState? Credit { get; init; }

    /// <summary>Money pockets in the account's currency.</summary>
    internal List<Pocket> Money { get; } = [];

    /// <summary>Pockets that all subscriptions of the account share.</summary>
    internal List<Pocket> Shared { get; } = [];
}

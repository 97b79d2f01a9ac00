using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>A bill period with its bounds in microseconds.</summary>
internal sealed record BillSpan(LocalDate First, long From, long To);

/// <summary>The bill periods of a cycle in a zone, computed once each and shared by all accounts that have them.</summary>
internal sealed class BillCalendar(BillCycle cycle, IReadOnlyList<CycleMove> moves, DateTimeZone zone)
{
    private readonly List<BillSpan> spans = [];
    private BillSpan? last;

    internal BillCycle Cycle { get; } = cycle;

    internal DateTimeZone Zone { get; } = zone;

    internal BillSpan At(long time)
    {
        if (last is null || time < last.From || time >= last.To)
        {
            last = spans.Find(span => span.From <= time && time < span.To) ?? Add(time);
        }
        return last;
    }

    private BillSpan Add(long time)
    {
        var period = AccountCalendar.PeriodOn(Cycle, moves, TimeCodec.FromMicroseconds(time).InZone(Zone).Date);
        var bounds = period.In(Zone);
        var span = new BillSpan(period.From, TimeCodec.ToMicroseconds(bounds.Start), TimeCodec.ToMicroseconds(bounds.End));
        spans.Add(span);
        return span;
    }
}

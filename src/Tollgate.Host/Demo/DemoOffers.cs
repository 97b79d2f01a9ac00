namespace Tollgate.Host.Demo;

/// <summary>Which offers of the demo catalogue each kind of subscriber buys.</summary>
internal static class DemoOffers
{
    private static readonly string[] Mobile = ["mobile-s", "mobile-m", "mobile-l"];
    private static readonly string[] Broadband = ["broadband-100", "broadband-250"];

    internal static string Pick(DemoSegment segment, DemoRandom random) => segment switch
    {
        DemoSegment.Postpaid => Mobile[random.Weighted([4, 4, 2])],
        DemoSegment.Prepaid => "prepaid",
        DemoSegment.Hybrid => "hybrid",
        DemoSegment.Broadband => random.Pick(Broadband),
        DemoSegment.Business => "trunk",
        _ => throw new ArgumentOutOfRangeException(nameof(segment)),
    };
}

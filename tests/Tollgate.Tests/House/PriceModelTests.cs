using Tollgate.Catalog;

namespace Tollgate.Tests.House;

/// <summary>A price model is one file of the catalogue, one of rating, and one of tests.</summary>
public sealed class PriceModelTests
{
    public static TheoryData<string> Models =>
    [
        .. typeof(PriceModel).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PriceModel)))
            .Select(type => type.Name[..^"Price".Length]),
    ];

    [Theory, MemberData(nameof(Models))]
    public void Every_model_has_three_files_of_its_own(string model)
    {
        Assert.Single(Repository.Files("src/Tollgate.Catalog/PriceModels", $"/{model}Price.cs"));
        Assert.Single(Repository.Files("src/Tollgate.Rating/Models", $"/{model}Model.cs"));
        Assert.Single(Repository.Files("tests/Tollgate.Tests/Rating/Models", $"/{model}Tests.cs"));
    }
}

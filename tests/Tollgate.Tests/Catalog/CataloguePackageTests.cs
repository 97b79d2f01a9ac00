using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Catalog;

namespace Tollgate.Tests.Catalog;

public sealed class CataloguePackageTests
{
    [Fact]
    public void Files_come_back_as_they_were_packed()
    {
        Prop.ForAll<byte[][]>(contents =>
        {
            var files = contents.Select((bytes, i) => new CatalogueFile($"folder/{i:D4}.yaml", bytes)).ToArray();
            var back = CataloguePackage.Unpack(CataloguePackage.Pack(files).Blob.AsSpan());
            return files.Length == back.Length
                && files.Zip(back).All(pair => pair.First.Name == pair.Second.Name
                    && pair.First.Content.Span.SequenceEqual(pair.Second.Content.Span));
        }).Holds();
    }

    [Fact]
    public void The_demo_catalogue_comes_back_and_is_packed_small()
    {
        var files = CatalogueFolder.Demo();
        var package = CataloguePackage.Pack(files);
        var back = CatalogueReader.Read(CataloguePackage.Unpack(package.Blob.AsSpan()));
        Assert.True(back.Ok);
        Assert.InRange(package.Blob.Length, 1_000, files.Sum(file => file.Content.Length) / 3);
    }

    [Fact]
    public void The_order_of_the_files_changes_nothing()
    {
        var files = CatalogueFolder.Demo();
        var one = CataloguePackage.Pack(files);
        var other = CataloguePackage.Pack(files.Reverse());
        Assert.Equal(one.Hash, other.Hash);
        Assert.Equal(one.Blob.AsEnumerable(), other.Blob.AsEnumerable());
    }

    [Fact]
    public void The_hash_is_of_names_and_contents_and_stays_the_same_for_ever()
    {
        Assert.Equal("9a886301706e4f7ade35478c1b8ef98fe2fbba2d88625b2e6bb76eafbff6ba5c", Hash("a.yaml", "x"));
        Assert.NotEqual(Hash("a.yaml", "x"), Hash("b.yaml", "x"), StringComparer.Ordinal);
        Assert.NotEqual(Hash("a.yaml", "x"), Hash("a.yaml", "y"), StringComparer.Ordinal);

        static string Hash(string name, string text) => CataloguePackage.Pack([CatalogueFolder.Of(name, text)]).Hash;
    }

    [Fact]
    public void A_damaged_package_is_refused()
    {
        var blob = CataloguePackage.Pack(CatalogueFolder.Demo()).Blob.ToArray();
        Assert.Throws<InvalidDataException>(() => CataloguePackage.Unpack(Encoding.UTF8.GetBytes("no package")));
        Assert.Throws<InvalidDataException>(() => CataloguePackage.Unpack(blob.AsSpan(0, blob.Length / 2)));
        for (var at = 0; at < blob.Length; at += 97)
        {
            blob[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => CataloguePackage.Unpack(blob));
            blob[at] ^= 0x10;
        }
    }

    [Theory]
    [InlineData("../a.yaml")]
    [InlineData("/a.yaml")]
    [InlineData("a//b.yaml")]
    [InlineData("a\\b.yaml")]
    [InlineData("c:/a.yaml")]
    [InlineData("")]
    public void A_name_that_leads_out_of_the_folder_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => CataloguePackage.Pack([CatalogueFolder.Of(name, "x")]));

    [Fact]
    public void A_name_that_comes_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            CataloguePackage.Pack([CatalogueFolder.Of("a", "x"), CatalogueFolder.Of("a", "x")]));
}

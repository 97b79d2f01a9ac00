using System.Diagnostics;

namespace Tollgate.Tests.Documents;

/// <summary>Reads a PDF as a reader's search does, by poppler's <c>pdftotext</c>; skips the test where that is not
/// installed.</summary>
internal static class PdfText
{
    internal static string Of(byte[] pdf)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pdf");
        File.WriteAllBytes(path, pdf);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pdftotext")
            {
                ArgumentList = { "-layout", "-enc", "UTF-8", path, "-" },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal("", errors.Result);
            Assert.Equal(0, process.ExitCode);
            return text.Replace('\u00A0', ' ');
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("pdftotext is not installed (Debian: apt-get install poppler-utils).");
            throw;
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static int Pages(string text) => text.Count(c => c == '\f');
}

using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Documents;

/// <summary>Reads YAML and JSON documents, bounded and strict; every failure names file and line.</summary>
public static class DocumentReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file of at most <see cref="DocumentLimits.Bytes"/>.</summary>
    /// <param name="path">The file; may be a pipe such as <c>/dev/stdin</c>.</param>
    /// <param name="name">What messages call it; the path when null.</param>
    /// <exception cref="FailureException"><c>file_missing</c>, <c>file_unreadable</c>, <c>file_too_big</c>, <c>not_utf8</c>, or what <see cref="Parse"/> throws.</exception>
    public static Node Read(string path, string? name = null) => Parse(Text(path, name ?? path), name ?? path);

    /// <summary>Reads a document's text; a name that ends in <c>.json</c> makes it JSON, anything else YAML (which holds JSON too).</summary>
    /// <exception cref="FailureException"><c>yaml_broken</c>, <c>json_broken</c>, <c>duplicate_key</c> or <c>document_too_complex</c>.</exception>
    public static Node Parse(string text, string name) =>
        name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? JsonReader.Parse(text, name) : YamlReader.Parse(text, name);

    private static string Text(string path, string name)
    {
        var bytes = Bytes(path, name);
        try
        {
            var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            return StrictUtf8.GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException e)
        {
            var line = bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length)).Count((byte)'\n') + 1;
            throw FailureException.Input("not_utf8", $"{new Place(name, line)} is not UTF-8 text", "save the file as UTF-8");
        }
    }

    private static byte[] Bytes(string path, string name)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var kept = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                kept.Write(buffer, 0, read);
                if (kept.Length > DocumentLimits.Bytes)
                    throw FailureException.Input("file_too_big", $"{name} is bigger than {DocumentLimits.Bytes / 1024 / 1024} MB");
            }

            return kept.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FailureException(new Failure(FailureCategory.Input, "file_missing", $"{name} does not exist", "check the path; it is taken from where you are"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = Directory.Exists(path) ? "it is a folder" : e.Message;
            throw new FailureException(new Failure(FailureCategory.Input, "file_unreadable", $"cannot read {name}: {why}", "check that it is a file, and its permissions"), e);
        }
    }
}

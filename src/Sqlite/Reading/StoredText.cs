using System.Text;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite.Reading;

internal static class StoredText
{
    /// <summary>Reads a text that was selected as a blob: <see cref="SqliteDataReader.GetString"/> ends at a NUL, which an id may contain.</summary>
    public static string GetTextOfBlob(this SqliteDataReader reader, int ordinal) =>
        Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(ordinal));
}

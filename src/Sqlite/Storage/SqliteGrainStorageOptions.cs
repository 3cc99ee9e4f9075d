using Orleans.Storage;

namespace Curfew.Sqlite;

/// <summary>A named grain storage in the database.</summary>
public sealed class SqliteGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>
    /// What turns a grain's state into the bytes that are stored; by default the silo's own serializer, which Orleans registers. The
    /// database adds no type names to them.
    /// </summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
}

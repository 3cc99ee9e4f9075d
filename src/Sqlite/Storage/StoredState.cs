namespace Curfew.Sqlite;

/// <summary>A grain's state as it is stored.</summary>
/// <param name="GrainId">The grain's id as text; <see cref="Orleans.Runtime.GrainId.Parse(string)"/> reads it.</param>
/// <param name="Data">What the grain storage's serializer made of the state.</param>
public readonly record struct StoredState(string GrainId, ReadOnlyMemory<byte> Data);

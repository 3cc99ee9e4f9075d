namespace Curfew.Sqlite;

/// <summary>Takes a grain's state as it is stored. Called by several threads at once.</summary>
/// <param name="grainId">The grain's id as text.</param>
/// <param name="data">What the grain storage's serializer made of the state; gone when the call returns.</param>
public delegate void StateVisitor(string grainId, ReadOnlySpan<byte> data);

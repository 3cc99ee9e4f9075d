namespace Curfew.Grains;

// The revocations of one grain that are under way, by the request that they are attempts of. A client that got no answer
// asks again while the first attempt may still be waiting for a dead node's lease; both get the same answer.
internal sealed class Attempts
{
    private readonly Dictionary<Guid, Task<RevokeResult>> _underWay = [];

    public async Task<RevokeResult> JoinAsync(Guid attempt, Func<Task<RevokeResult>> revoke)
    {
        if (attempt == default)
            return await revoke();
        if (_underWay.TryGetValue(attempt, out var first))
            return await first;
        var task = revoke();
        _underWay[attempt] = task;
        try
        {
            return await task;
        }
        finally
        {
            _underWay.Remove(attempt);
        }
    }
}

using System.Diagnostics;

namespace Curfew.Redis;

/// <summary>
/// Waits for what must come. The bounds are for giving up alone, and generous: a busy machine is slow, and that is no fault.
/// </summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"Not within {Patience}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Repeats what may fail with the one exception until it succeeds.</summary>
    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> action)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await action();
            }
            catch (RevocationUnavailableException) when (watch.Elapsed < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>The one exception, and no waiting for ever.</summary>
    public static Task UnavailableAsync(Func<Task> action) =>
        Assert.ThrowsAsync<RevocationUnavailableException>(() => action().WaitAsync(Patience));
}

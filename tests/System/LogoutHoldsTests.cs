using System.Collections.Concurrent;
using System.Net;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests;

/// <summary>
/// An acknowledged logout holds, whatever becomes of the process (guarantee G1). The kills were seen red with a storage that
/// acknowledged half a second before it wrote.
/// </summary>
public sealed class LogoutHoldsTests
{
    private const int Users = 300;

    [Fact]
    public async Task Logout_ThenRestart_IsStillRefused()
    {
        using var data = new TemporaryDirectory();
        string loggedOut, other, session;
        await using (var first = await ApiProcess.StartAsync(data.Path))
        {
            (loggedOut, other, session) = (await first.TokenAsync("alice"), await first.TokenAsync("alice"), await first.TokenAsync("alice", "s"));
            Assert.Equal(HttpStatusCode.OK, await first.StatusAsync("/me", loggedOut));
            await first.LogOutAsync(loggedOut);
            await first.LogOutAsync(session);
            Assert.Equal(HttpStatusCode.Unauthorized, await first.StatusAsync("/me", loggedOut));
            Assert.Equal(0, await first.StopAsync());
        }

        await using var second = await ApiProcess.StartAsync(data.Path);
        Assert.Equal(HttpStatusCode.Unauthorized, await second.StatusAsync("/me", loggedOut));
        Assert.Equal(HttpStatusCode.Unauthorized, await second.StatusAsync("/verify", session));
        Assert.Equal(HttpStatusCode.Unauthorized, await second.StatusAsync("/me", await second.TokenAsync("alice", "s")));
        Assert.Equal(HttpStatusCode.OK, await second.StatusAsync("/me", other));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(250)]
    public async Task KilledAmidLogouts_EachAcknowledgedOneIsRefusedAndTheDatabaseOpens(int killAfter)
    {
        using var data = new TemporaryDirectory();
        var acknowledged = new ConcurrentBag<string>();
        string bystander;
        await using (var first = await ApiProcess.StartAsync(data.Path))
        {
            var tokens = new string[Users];
            await Parallel.ForAsync(0, Users, async (i, _) => tokens[i] = await first.TokenAsync($"user-{i}"));
            bystander = await first.TokenAsync("bystander");
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var logouts = tokens.Select(async token =>
            {
                try
                {
                    using var answer = await first.SendAsync(HttpMethod.Post, "/logout", token);
                    if (answer.StatusCode == HttpStatusCode.OK)
                        acknowledged.Add(token);
                }
                catch (HttpRequestException)
                {
                    // Cut off: not acknowledged, and no promise was made.
                }

                if (acknowledged.Count >= killAfter)
                    enough.TrySetResult();
            }).ToList();
            await enough.Task;
            await first.Process.KillAsync();
            await Task.WhenAll(logouts);
        }

        Assert.InRange(acknowledged.Count, killAfter, Users);
        await using var second = await ApiProcess.StartAsync(data.Path);
        foreach (var token in acknowledged)
            Assert.Equal(HttpStatusCode.Unauthorized, await second.StatusAsync("/me", token));
        Assert.Equal(HttpStatusCode.OK, await second.StatusAsync("/me", bystander));
    }

    [Fact]
    public async Task SecondProcess_OnTheSameDataDirectory_EndsAndSaysWhy()
    {
        using var data = new TemporaryDirectory();
        await using var first = await ApiProcess.StartAsync(data.Path);
        await using var second = ApiProcess.Launch(data.Path);
        Assert.NotEqual(0, await second.Process.ExitAsync());
        Assert.Contains($"The data directory '{data.Path}' is in use by another process", second.Process.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await first.StatusAsync("/health/ready"));
    }
}

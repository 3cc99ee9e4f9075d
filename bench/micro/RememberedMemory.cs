using System.Globalization;
using Curfew.Authentication;
using Curfew.Authentication.Bearer;
using Curfew.Index;

namespace Curfew.Bench.Micro;

/// <summary>
/// Bytes of the managed heap per remembered RS256 token: its text, its identity with the index's keys that a check leaves in
/// it, its claims, and the nodes that hold them.
/// </summary>
internal static class RememberedMemory
{
    public static async Task RunAsync(int count)
    {
        var signed = new SignedTokens();
        var handler = LoneHandler.Of(signed.Key, new CurfewBearerOptions { RememberedTokenBytes = 4L << 30 });
        await FillAsync(handler, signed, 0, 1000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var estimate = handler.Remembered!.Bytes;
        await FillAsync(handler, signed, 1000, 1000 + count);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tokens                {handler.Remembered.Count:N0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"characters a token    {signed.Token(0).Length}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"heap, bytes a token   {each:F0}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"as it is counted      {(handler.Remembered.Bytes - estimate) / (double)count:F0}"));
        GC.KeepAlive(handler);
    }

    private static async Task FillAsync(BearerTokenHandler handler, SignedTokens signed, int from, int to)
    {
        var index = new FactIndex();
        for (var i = from; i < to; i++)
        {
            var result = await handler.ValidateTokenAsync(signed.Token(i), new());
            var token = ((IIdentifiedToken)result.SecurityToken).TokenIdentity;
            index.Add(token.User, Tokens.Ended(i));
            if (index.Check(token) != Verdict.Valid)
                throw new InvalidOperationException("The fact is about another session.");
        }
    }
}

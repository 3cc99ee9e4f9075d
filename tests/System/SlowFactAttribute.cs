namespace Curfew.System.Tests;

/// <summary>A test that the usual run leaves out for its time: <c>CURFEW_SLOW_TESTS=1</c> runs it, too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlowFactAttribute : FactAttribute
{
    public SlowFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CURFEW_SLOW_TESTS") is null or "")
            Skip = "Slow: CURFEW_SLOW_TESTS=1 runs it.";
    }
}

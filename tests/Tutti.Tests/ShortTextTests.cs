using Tutti.Core;

namespace Tutti.Tests;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("", 1, "")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("ab", 1, "…")]
    [InlineData("a bcd", 3, "a…")]
    [InlineData("a\U0001F600b", 4, "a\U0001F600b")]
    [InlineData("a\U0001F600bc", 4, "a\U0001F600…")]
    [InlineData("a\U0001F600bc", 3, "a…")]
    [InlineData("\U0001F600b", 2, "…")]
    public void It_is_no_longer_than_it_may_be_and_ends_in_no_half_of_a_character(string text, int longest, string shortened) =>
        Assert.Equal(shortened, ShortText.Of(text, longest));
}

. tests/expect.sh

expect "each article has a line" 5 "$(./shop list | wc -l | tr -d ' ')"
expect "an article has code, price and name" "mug          9.95  Mug" "$(./shop list | grep Mug)"
./shop nothing >/dev/null 2>&1
expect "an unknown command is an error" 2 $?

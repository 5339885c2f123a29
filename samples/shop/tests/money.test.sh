. tests/expect.sh

expect "whole amounts keep their zeros" 12.00 "$(value money.awk 'money(1200)')"
expect "single cents keep their zero" 0.05 "$(value money.awk 'money(5)')"
expect "nothing is nothing" 0.00 "$(value money.awk 'money(0)')"

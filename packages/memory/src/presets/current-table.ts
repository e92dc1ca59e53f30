/**
 * Supply voltage in V and currents of one device in mA, a line each. The tables of GDDR6 and HBM rest on few published
 * currents, and that of DDR5 repeats DDR4: estimates.
 */
export const CURRENT_TABLE = `
preset                 source                           VDD  IDD0  IDD2N  IDD3N  IDD4R  IDD4W  IDD5
idd-ddr4-8gb-x8-3200   DRAMsim3:DDR4_8Gb_x8_3200.ini    1.2    57     37     52    168    150   250
idd-ddr4-8gb-x16-3200  DRAMsim3:DDR4_8Gb_x16_3200.ini   1.2    95     37     56    302    278   280
idd-ddr4-8gb-x4-3200   DRAMsim3:DDR4_8Gb_x4_3200.ini    1.2    52     37     47    143    130   250
idd-ddr4-8gb-x8-2400   DRAMsim3:DDR4_8Gb_x8_2400.ini    1.2    48     34     43    135    123   250
idd-ddr4-4gb-x16-2400  DRAMsim3:DDR4_4Gb_x16_2400.ini   1.2    65     45     60    205    285   175
idd-gddr6-8gb-x16      DRAMsim3:GDDR6_8Gb_x16.ini      1.35    71     60     61    248    231   286
idd-hbm1-4gb-x128      DRAMsim3:HBM1_4Gb_x128.ini       1.2    65     40     55    360    440   250
idd-hbm2-4gb-x128      DRAMsim3:HBM2_4Gb_x128.ini       1.2    65     40     55    390    500   250
idd-hbm2-8gb-x128      DRAMsim3:HBM2_8Gb_x128.ini       1.2    65     40     55    390    500   250
idd-ddr3-8gb-x8-1600   DRAMsim3:DDR3_8Gb_x8_1600.ini   1.35    67     36     51    125    125   245
idd-ddr4-default       Ramulator-2.0a:DDR4.cpp          1.2    60     50     55    145    145   362
idd-ddr5-default       Ramulator-2.0a:DDR5.cpp          1.1    60     50     55    145    145   362
`;
